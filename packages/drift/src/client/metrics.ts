import type { TimeRange } from "@sonde/core";
import { turn } from "@sonde/core/bytes";
import {
  arrowType,
  batchOf,
  type ColumnInput,
  type Field,
  fieldOf,
  projectSchema,
  type RecordBatch,
  type Schema,
  schemaOf,
  timeField,
} from "@sonde/core/connector";
import type { BackEndCall, MetricColumn, MetricRows, MetricStorage, MetricType } from "../backends/types.js";

const types = {
  float64: arrowType.float64,
  int64: arrowType.int64,
  uint64: arrowType.uint64,
  bool: arrowType.bool,
  utf8: arrowType.utf8,
} as const;

/** `time`, then the fields in the order of their names, each null where a row has none. */
export async function metricSchema(storage: MetricStorage, topic: string, call: BackEndCall): Promise<Schema> {
  const fields = await storage.fields(topic, call);
  return schemaOf([timeField(), ...fields.filter(({ name }) => name !== "time").map(({ name, type }) => fieldOfMetric(name, type))]);
}

function fieldOfMetric(name: string, type: MetricType): Field {
  const role = name === "status" ? "status" : type === "utf8" || type === "bool" ? "category" : "quantity";
  return fieldOf(name, types[type](), { role }, true);
}

/** Rows of a metric under its schema, projected. */
export async function* metricBatches(
  storage: MetricStorage,
  topic: string,
  {
    schema,
    columns,
    range,
  }: { readonly schema: Schema; readonly columns?: readonly string[] | undefined; readonly range?: TimeRange | undefined },
  call: BackEndCall,
): AsyncGenerator<RecordBatch> {
  const projected = projectSchema(schema, columns);
  if (range !== undefined && range.start >= range.end) return;
  const fields = projected.fields.map(({ name }) => name).filter((name) => name !== "time");
  for await (const rows of storage.rows(topic, { range, ...(columns === undefined ? {} : { fields }) }, call)) {
    const wait = turn(call.signal);
    if (wait) await wait;
    if (rows.times.length > 0) yield metricBatch(projected, rows);
  }
}

export function metricBatch(schema: Schema, { times, columns }: MetricRows): RecordBatch {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const inputs: { [name: string]: ColumnInput } = Object.create(null);
  for (const field of schema.fields) {
    inputs[field.name] = field.name === "time" ? times : columnOf(byName.get(field.name), field, times.length);
  }
  return batchOf(schema, inputs);
}

/** A field whose type changed over time (a whole number that became a float) takes the schema's; what does not fit is null. */
function columnOf(column: MetricColumn | undefined, field: Field, length: number): ColumnInput {
  if (column === undefined) return new Array(length).fill(null);
  const wanted = String(field.type);
  if (column.type === "bool" || column.type === "utf8") {
    return String(types[column.type]()) === wanted
      ? column.values
      : column.values.map((value) => (wanted === "Utf8" && value !== null ? String(value) : null));
  }
  const { values, valid } = column;
  if (String(types[column.type]()) === wanted) return valid === undefined ? values : { values, valid };
  return Array.from({ length }, (_, row) => {
    const value = values[row];
    if (valid?.(row) === false) return null;
    if (wanted === "Utf8") return String(value);
    if (wanted === "Float64") return Number(value);
    return null;
  });
}
