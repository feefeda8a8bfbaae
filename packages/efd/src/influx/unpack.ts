import { sondeError, taiToUtc } from "@sonde/core";
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
import { secondsToNanos } from "../schema/seconds.js";

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

/** The packed fields of a base among these names, by their number. */
export function packedFields(names: readonly string[], base: string): readonly string[] {
  return names
    .filter((name) => name.startsWith(base) && /^\d+$/.test(name.slice(base.length)))
    .sort((a, b) => Number(a.slice(base.length)) - Number(b.slice(base.length)));
}

/**
 * One row for each packed value: `time` in UTC, each base field, and `times`, the seconds of the reference's own scale. As in the
 * observatory's Python client the first two messages' interval, divided by the number of values, is that of all; a single message has
 * interval zero. Rejects `not-found` for a base without fields, and `options` where bases hold unequal numbers of values.
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
  if (!Number.isSafeInteger(stride) || stride < 1 || length % stride !== 0)
    throw refuse("stride", `must divide the ${length} values of a message, ${stride} does not`);

  const seconds = numbers(table, reference);
  const interval = seconds.length > 1 ? ((seconds[1] ?? 0) - (seconds[0] ?? 0)) / length : 0;
  const used = length / stride;
  const times = new Float64Array(seconds.length * used);
  for (const [row, second] of seconds.entries())
    for (let index = 0; index < used; index++) times[row * used + index] = second + index * stride * interval;

  const columns: { [name: string]: ColumnInput } = Object.create(null);
  columns.time = BigInt64Array.from(times, (second) => (scale === "tai" ? taiToUtc(nanosOf(second)) : nanosOf(second)));
  const fields: Field[] = [];
  for (const [index, base] of baseFields.entries()) {
    const values = new Float64Array(times.length);
    for (const [place, name] of (packed[index] ?? []).entries()) {
      if (place % stride !== 0) continue;
      const column = numbers(table, name);
      for (let row = 0; row < seconds.length; row++) values[row * used + place / stride] = column[row] ?? Number.NaN;
    }
    const { unit } = fieldInfo(table.schema.fields[names.indexOf(packed[index]?.[0] ?? "")] ?? timeField());
    columns[base] = values;
    fields.push(fieldOf(base, arrowType.float64(), unit === undefined ? {} : { unit }));
  }
  columns.times = times;
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

/** The nanoseconds of a message's reference time. */
function nanosOf(seconds: number): bigint {
  const time = secondsToNanos(seconds);
  if (time === undefined) throw sondeError("format", `a message's reference time is ${seconds}, which is no time: leave its row out`, {});
  return time;
}

function refuse(path: string, problem: string) {
  return sondeError("options", `${path} ${problem}`, { issues: [{ path, message: problem }] });
}
