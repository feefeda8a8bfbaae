import { fromBytes } from "@sonde/core/bytes";
import { cellOf, type RecordBatch } from "@sonde/core/connector";
import { openParquet, type ParquetOptions, type ParquetQuery } from "../../../src/parquet/index.js";

export const signal = new AbortController().signal;

export type Cells = { readonly [column: string]: readonly unknown[] };

/** Every column's cells, exact. */
export async function readCells(
  bytes: Uint8Array,
  query: Omit<ParquetQuery, "signal"> = {},
  options: Omit<ParquetOptions, "signal"> = {},
): Promise<Cells> {
  const file = await openParquet(fromBytes(bytes, "sample.parquet"), { signal, ...options });
  const cells = new Map<string, unknown[]>();
  for await (const batch of file.read({ signal, ...query })) {
    for (const [index, field] of batch.schema.fields.entries()) {
      const column = cells.get(field.name) ?? [];
      cells.set(field.name, column);
      column.push(...columnCells(batch, index));
    }
  }
  return Object.fromEntries(cells);
}

export function columnCells(batch: RecordBatch, index: number): unknown[] {
  const data = batch.data.children[index];
  if (data === undefined) return [];
  return Array.from({ length: batch.numRows }, (_, row) => plain(cellOf(data, row)));
}

/** Typed arrays as arrays, so that lists compare whatever holds them. */
function plain(cell: unknown): unknown {
  if (cell instanceof Uint8Array) return Uint8Array.from(cell);
  if (ArrayBuffer.isView(cell)) return Array.from(cell as unknown as Iterable<unknown>);
  if (Array.isArray(cell)) return cell.map(plain);
  if (cell instanceof Map) return [...cell].map(([key, value]) => [plain(key), plain(value)]);
  if (typeof cell === "object" && cell !== null && !(cell instanceof Date)) {
    return Object.fromEntries(Object.entries(cell).map(([key, value]) => [key, plain(value)]));
  }
  return cell;
}
