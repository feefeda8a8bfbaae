import { sondeError } from "@sonde/core";
import {
  arrowType,
  batchOf,
  type ColumnInput,
  chunksOf,
  type Field,
  fieldInfo,
  fieldOf,
  schemaOf,
  type Table,
  tableOf,
  timeField,
} from "@sonde/core/connector";
import { packedFields, packedTimes } from "../schema/packed-time.js";

/** How a topic packs a fast signal: values `base0` to `base<n-1>` in each message, and the time of the first of them in a column. */
export type UnpackOptions = {
  readonly baseFields: readonly string[];
  /** The column with the time of each message's first value, in seconds since 1970. Default "cRIO_timestamp". */
  readonly reference?: string | undefined;
  /** Of that time. Default "tai". */
  readonly scale?: "tai" | "utc" | undefined;
  /** Every so many of the packed values only. Default 1. */
  readonly stride?: number | undefined;
};

/**
 * One row for each packed value: `time` in UTC, each base field, and `times`, the seconds of the reference's own scale. Rejects `not-found` for a base without fields, and `options` where bases hold unequal numbers of values.
 */
export function unpackFields(table: Table, options: UnpackOptions): Table {
  const { baseFields, reference = "cRIO_timestamp", scale = "tai", stride = 1 } = options;
  const names = table.schema.fields.map(({ name }) => name);
  const packed = baseFields.map((base) => packedFields(names, base));
  const [length] = packed.map((fields) => fields.length);
  for (const [index, fields] of packed.entries()) {
    if (fields.length === 0)
      throw sondeError("not-found", `no packed fields '${baseFields[index]}0', '${baseFields[index]}1', …`, {
        id: String(baseFields[index]),
      });
    if (fields.length !== length)
      throw refuse("baseFields", `hold ${packed.map((one) => one.length).join(" and ")} values each: unpack them one by one`);
  }
  if (length === undefined) throw refuse("baseFields", "names no field");
  const references = numbers(table, reference);
  const { used, seconds, times } = packedTimes({ references, reference, scale, packed: length, stride });

  const columns: { [name: string]: ColumnInput } = Object.create(null);
  columns.time = times;
  const fields: Field[] = [];
  for (const [index, base] of baseFields.entries()) {
    const values = new Float64Array(times.length);
    for (const [place, name] of (packed[index] ?? []).entries()) {
      if (place % stride !== 0) continue;
      const column = numbers(table, name);
      for (let row = 0; row < references.length; row++) values[row * used + place / stride] = column[row] ?? Number.NaN;
    }
    const { unit } = fieldInfo(table.schema.fields[names.indexOf(packed[index]?.[0] ?? "")] ?? timeField());
    columns[base] = values;
    fields.push(fieldOf(base, arrowType.float64(), unit === undefined ? {} : { unit }));
  }
  columns.times = seconds;
  const about = { unit: "s", description: `seconds since 1970 in ${scale.toUpperCase()}, as \`${reference}\` has them` };
  const schema = schemaOf([timeField(), ...fields, fieldOf("times", arrowType.float64(), about)]);
  return tableOf(schema, times.length === 0 ? [] : [batchOf(schema, columns)]);
}

/** A column as doubles; null is NaN. */
function numbers(table: Table, name: string): Float64Array {
  const values = new Float64Array(table.numRows);
  let at = 0;
  for (const data of chunksOf(table, name)) {
    for (let row = 0; row < data.length; row++) values[at++] = data.getValid(row) ? Number(data.values[row]) : Number.NaN;
  }
  return values;
}

function refuse(path: string, problem: string) {
  return sondeError("options", `${path} ${problem}`, { issues: [{ path, message: problem }] });
}
