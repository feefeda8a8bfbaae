import { fromIPC, toIPC } from "@sonde/core";
import { arrowType, batchOf, type ColumnValues, fieldOf, type RecordBatch, type Schema, schemaOf, tableOf } from "@sonde/core/connector";
import type { RawPoints } from "../wire/raw-points.js";
import type { StatPoints } from "../wire/stat-points.js";
import { refusal, serverCode } from "./refusal.js";

const time = () => fieldOf("time", arrowType.nanos());

export function pointSchema(names: readonly string[]): Schema {
  return schemaOf([time(), ...names.map((name) => fieldOf(name, arrowType.float64()))]);
}

/** The schema that a request asks for by an Arrow stream without rows; `standard` where it asks for none. Rejects 421. */
export function templateSchema(template: Uint8Array, standard: Schema): Schema {
  if (template.byteLength === 0) return standard;
  let schema: Schema;
  try {
    schema = fromIPC(template).schema;
  } catch (error) {
    throw refusal(serverCode.wrongArguments, error instanceof Error ? error.message : String(error));
  }
  if (schema.fields.length !== standard.fields.length) {
    throw refusal(serverCode.wrongArguments, `the template has ${schema.fields.length} columns, the answer ${standard.fields.length}`);
  }
  return schema;
}

/** One whole Arrow stream; times and values in the order of the schema's fields, cast to their types. */
export async function pointIpc(schema: Schema, times: BigInt64Array, columns: readonly Float64Array[]): Promise<Uint8Array> {
  const cast = schema.fields.map((field, k) =>
    castTo(String(field.type), k === 0 ? times : (columns[k - 1] ?? new Float64Array(times.length))),
  );
  return ipcBytes(schema, batchOf(schema, Object.fromEntries(schema.fields.map((field, k) => [field.name, cast[k] ?? times]))));
}

export function rawIpc(schema: Schema, points: RawPoints): Promise<Uint8Array> {
  return pointIpc(schema, points.times, [points.values]);
}

const statSchema = () =>
  schemaOf([
    time(),
    ...["min", "mean", "max"].map((name) => fieldOf(name, arrowType.float64())),
    fieldOf("count", arrowType.uint64()),
    fieldOf("stddev", arrowType.float64()),
  ]);

export function statIpc({ times, ...statistics }: StatPoints): Promise<Uint8Array> {
  const schema = statSchema();
  return ipcBytes(schema, batchOf(schema, { time: times, ...statistics }));
}

/** With the schema also where there are no rows. */
function ipcBytes(schema: Schema, batch: RecordBatch): Promise<Uint8Array> {
  return toIPC(tableOf(schema, batch.numRows > 0 ? [batch] : []));
}

function castTo(type: string, values: BigInt64Array | Float64Array): ColumnValues {
  if (values instanceof BigInt64Array && (type === "Int64" || type.startsWith("Timestamp<NANOSECOND"))) return values;
  if (values instanceof Float64Array && type === "Float64") return values;
  if (values instanceof Float64Array && type === "Float32") return Float32Array.from(values);
  throw refusal(
    serverCode.wrongArguments,
    `a template column of type ${type} can't be served: times are int64 or timestamp[ns], values floats`,
  );
}
