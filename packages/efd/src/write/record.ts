import { formatNanos, toParquet } from "@sonde/core";
import { sondeError } from "@sonde/core/bytes";
import { arrowType, batchOf, type ColumnInput, fieldOf, schemaOf } from "@sonde/core/connector";

/** A record: `time` becomes seconds since the epoch, as Avro's double has it. */
export type SinkRow = { readonly time: bigint; readonly [column: string]: unknown };
/** Avro's types that the aggregator and telemetry write. */
export type SinkColumn = { readonly name: string; readonly type: "double" | "long" | "string" };

/** The columns of a row: whole numbers by name only, since a double can be whole as well. */
export function columnsOf(row: SinkRow, longs: readonly string[]): readonly SinkColumn[] {
  return Object.keys(row).map((name) => ({ name, type: typeOf(row, name, longs) }));
}

function typeOf(row: SinkRow, name: string, longs: readonly string[]): SinkColumn["type"] {
  const value = row[name];
  if (name === "time") return "double";
  if (typeof value === "bigint" || longs.includes(name)) return "long";
  if (typeof value === "number") return "double";
  if (typeof value === "string") return "string";
  throw sondeError(
    "unsupported",
    `column '${name}' of the row at ${formatNanos(row.time)} is ${value === null ? "null" : typeof value}: only numbers and text are written`,
    { what: name },
  );
}

/**
 * One file as the sink writes it: required columns of Parquet's DOUBLE, INT64 and text, one row group, Snappy, the Avro schema beside them.
 */
export async function fileBytes(rows: readonly SinkRow[], columns: readonly SinkColumn[]): Promise<Uint8Array<ArrayBuffer>> {
  const types = { double: arrowType.float64(), long: arrowType.int64(), string: arrowType.utf8() };
  const schema = schemaOf(
    columns.map(({ name, type }) => fieldOf(name, types[type])),
    [["parquet.avro.schema", avroSchema(columns)]],
  );
  // Without a prototype: names are data.
  const cells: { [name: string]: ColumnInput } = Object.create(null);
  for (const column of columns) cells[column.name] = columnCells(rows, column);
  return toParquet(batchOf(schema, cells));
}

function columnCells(rows: readonly SinkRow[], { name, type }: SinkColumn): ColumnInput {
  if (type === "string") return rows.map((row) => row[name]);
  if (type === "long") return BigInt64Array.from(rows, (row) => BigInt(number(row, name)));
  if (name === "time") return Float64Array.from(rows, ({ time }) => secondsOf(time));
  return Float64Array.from(rows, (row) => Number(number(row, name)));
}

function number(row: SinkRow, name: string): number | bigint {
  const value = row[name];
  if (typeof value === "number" || typeof value === "bigint") return value;
  throw sondeError("unsupported", `column '${name}' is no number in the row at ${formatNanos(row.time)}, as in the rows before`, {
    what: name,
  });
}

/** The nearest double: the whole seconds and the rest are exact. */
function secondsOf(time: bigint): number {
  const whole = time / 1_000_000_000n;
  return Number(whole) + Number(time - whole * 1_000_000_000n) / 1e9;
}

function avroSchema(columns: readonly SinkColumn[]): string {
  return JSON.stringify({ type: "record", name: "ConnectDefault", namespace: "io.confluent.connect.avro", fields: columns });
}
