import { canonicalSchema, type Field, type FieldInfo, fieldInfo, fieldOf, type Schema, schemaOf, timeField } from "@sonde/core/connector";
import type { ParquetFile } from "../parquet/index.js";
import { type AvroField, readAvroFields } from "./avro.js";
import { coreStatistic, readColumnName, type StatisticName } from "./column-name.js";
import { secondsToNanos } from "./seconds.js";
import { isStamp, scaleOf, type TimeColumn, type TimeScale, timeColumnOf } from "./time-column.js";
import { commonType } from "./types.js";

/** What a column of a topic is. */
export type EfdField = {
  /** Its name in the files. */
  readonly column: string;
  /** The field of the source topic: what stands behind the statistic, else the column's name. */
  readonly field: string;
  /** Under the aggregator's name. */
  readonly statistic?: StatisticName;
  /** Of Arrow. */
  readonly type: string;
  readonly unit?: string;
  readonly description?: string;
};

/** What all files of a topic are read as. */
export type TopicShape = {
  readonly kind: "aggregated" | "raw";
  /** `time` first; every other column may hold nulls, for a file may lack it. */
  readonly schema: Schema;
  readonly time: TimeColumn;
  readonly fields: readonly EfdField[];
  /** Of an aggregated topic, in nanoseconds, where its files agree on one. */
  readonly windowSize?: bigint;
};

/**
 * The shape of a topic by some of its files, the newest first: a column of any of them is a column of the topic, of the type that holds the values of
 * all. Where types have nothing in common the newest counts, and files of another one can't be read.
 */
export function shapeOf(
  topic: string,
  files: readonly [ParquetFile, ...ParquetFile[]],
  asked: { readonly name?: string | undefined; readonly scale?: TimeScale | undefined } = {},
): TopicShape {
  const [newest] = files;
  const time = timeColumnOf(newest.schema, asked, topic);
  const found = new Map<string, Field>();
  const avro = new Map<string, AvroField>();
  for (const file of files) {
    for (const field of canonicalSchema(file.schema).fields) {
      const known = found.get(field.name);
      const type = known && commonType(known.type, field.type);
      if (known === undefined) found.set(field.name, field);
      else if (type !== undefined && type !== known.type) found.set(field.name, fieldOf(field.name, type, fieldInfo(known)));
    }
    for (const [name, said] of readAvroFields(file.metadata.get("parquet.avro.schema"))) if (!avro.has(name)) avro.set(name, said);
  }
  const aggregated = ["time", "window_size", "count"].every((name) => found.has(name)) && time.name === "time";
  const windowSize = aggregated ? windowSizeOf(files) : undefined;
  const fields: Field[] = [];
  const columns: EfdField[] = [];
  for (const field of found.values()) {
    // What places the rows is there as `time`; under another name it stays as it is, too.
    if (field.name === time.name && field.name === "time") continue;
    const column = columnOf(field, aggregated, avro);
    columns.push(column);
    fields.push(
      fieldOf(field.name === "time" ? "stored_time" : field.name, field.type, infoOf(column, aggregated, found, newest.schema), true),
    );
  }
  const at = windowSize === undefined ? {} : { at: "middle" as const, width: windowSize };
  return {
    kind: aggregated ? "aggregated" : "raw",
    schema: schemaOf([timeField(at), ...fields]),
    time,
    fields: columns,
    ...(windowSize === undefined ? {} : { windowSize }),
  };
}

function columnOf(field: Field, aggregated: boolean, avro: ReadonlyMap<string, AvroField>): EfdField {
  const parts = aggregated ? readColumnName(field.name) : undefined;
  const said = avro.get(field.name) ?? (parts && avro.get(parts.field));
  const { unit = said?.unit ?? field.metadata.get("units") ?? field.metadata.get("unit"), description = said?.description } =
    fieldInfo(field);
  return {
    column: field.name,
    field: parts?.field ?? field.name,
    ...(parts ? { statistic: parts.statistic } : {}),
    type: String(field.type),
    ...(unit === undefined ? {} : { unit }),
    ...(description === undefined ? {} : { description }),
  };
}

/** What a column says of itself to tools. Quartiles have no name among Sonde's statistics: they are a quantity with a description. */
function infoOf(column: EfdField, aggregated: boolean, found: ReadonlyMap<string, Field>, newest: Schema): FieldInfo {
  const { unit, description, field } = column;
  const said = { ...(unit === undefined ? {} : { unit }), ...(description === undefined ? {} : { description }) };
  if (aggregated && column.column === "count") return { statistic: "count", description: "messages in the window" };
  if (aggregated && column.column === "window_size") return { role: "status", unit: "s" };
  if (!aggregated && isStamp(newest, column.column)) {
    const scale = scaleOf(newest, column.column).toUpperCase();
    return { role: "status", unit: "s", description: `${scale} seconds since 1970` };
  }
  if (column.statistic === undefined) return said;
  const statistic = coreStatistic(column.statistic);
  if (statistic === undefined) return { ...said, description: `${column.statistic} of ${field}` };
  return { ...said, statistic, of: field, ...(found.has("count") ? { count: "count" } : {}) };
}

/** By the bounds that the footers give; undefined where windows are of several sizes, or no footer says. */
function windowSizeOf(files: readonly ParquetFile[]): bigint | undefined {
  const sizes = new Set<unknown>();
  for (const file of files) {
    const { min, max } = file.statistics("window_size");
    sizes.add(min).add(max);
  }
  const [size, ...others] = sizes;
  if (others.length > 0 || (typeof size !== "number" && typeof size !== "bigint")) return undefined;
  const width = secondsToNanos(Number(size));
  return width === undefined || width <= 0n ? undefined : width;
}
