import type { Field, RecordBatch } from "apache-arrow";
import { fieldInfo } from "./field.js";
import { readerOf } from "./reader.js";

/** One row as an object, by column name. Every time is bigint nanoseconds, 64-bit integers are bigint, null is null. */
export type Row = { readonly time: bigint; readonly [column: string]: unknown };
/** How a cell that is stored encoded (`sonde:encoding`) is shown. */
export type DecodeCell = (field: Field, cell: unknown) => unknown;

/**
 * The rows of a batch as objects. Cells whose field names an encoding go through `decode` where one is given. A column
 * called `__proto__` is a property like any other. Cost: about half a microsecond a row; numbers in bulk are faster by `chunksOf`.
 *
 * @example
 * ```ts
 * for (const { time, value } of rowsOf(batch)) console.log(time, value);
 * ```
 */
export function* rowsOf(batch: RecordBatch, decode?: DecodeCell): Generator<Row> {
  const columns = batch.schema.fields.map((field, index) => {
    // A batch has a column for each field.
    const read = readerOf(batch.data.children[index] as Parameters<typeof readerOf>[0]);
    if (decode === undefined || fieldEncoding(field) === undefined) return { name: field.name, read };
    return { name: field.name, read: (row: number) => decoded(decode, field, read(row)) };
  });
  // All rows are made from one template: the engine then knows their shape.
  const template: Record<string, unknown> = Object.fromEntries(columns.map(({ name }) => [name, null]));
  const plain = columns.filter(({ name }) => name !== "__proto__");
  const special = columns.filter(({ name }) => name === "__proto__");
  for (let row = 0; row < batch.numRows; row++) {
    const made = { ...template };
    for (const { name, read } of plain) made[name] = read(row);
    for (const { name, read } of special) {
      Object.defineProperty(made, name, { value: read(row), enumerable: true, configurable: true, writable: true });
    }
    // Every schema of ours begins with `time`.
    yield made as Row;
  }
}

function decoded(decode: DecodeCell, field: Field, cell: unknown): unknown {
  return cell === null ? null : decode(field, cell);
}

/** How the cells of a column are stored, where they are to be decoded before anybody sees them. */
export function fieldEncoding(field: Field): string | undefined {
  return fieldInfo(field).encoding;
}
