import { cellOf, chunksOf, fromIPC } from "@sonde/core";
import type { StreamColumns, Waiting } from "../catalog/types.js";
import type { Connection } from "./connection.js";
import { findNode } from "./tree.js";
import { parseTableStructure } from "./wire.js";

/** The columns of events that TiledWriter keeps in SQL: `seq_num`, `time`, each key, and its timestamps as `ts_` and the key. */
export type InternalTable = {
  readonly path: readonly string[];
  readonly columns: ReadonlySet<string>;
  readonly partitions: number;
};

export async function findInternal(
  connection: Connection,
  stream: readonly string[],
  options: Waiting,
): Promise<InternalTable | undefined> {
  const path = [...stream, "internal"];
  const node = await findNode(connection, path, options);
  if (node?.attributes.structure_family !== "table") return undefined;
  const { columns, npartitions } = parseTableStructure(node.attributes.structure, path.join("/"));
  return { path, columns: new Set(columns), partitions: npartitions };
}

/** Keys that would be taken for the table's own columns are written with a line below. */
export const columnOf = (key: string): string => (key === "time" || key === "seq_num" ? `${key}_` : key);
export const keyOf = (column: string): string => (column === "time_" || column === "seq_num_" ? column.slice(0, -1) : column);

/** Rows of the table, partition by partition, of the columns named and of `seq_num` and `time`. */
export async function* readInternal(
  connection: Connection,
  table: InternalTable,
  columns: readonly string[],
  options: Waiting,
): AsyncGenerator<StreamColumns, void, undefined> {
  const wanted = [...new Set(["seq_num", "time", ...columns])].filter((column) => table.columns.has(column));
  const all = wanted.length === table.columns.size;
  const selected = all ? [] : wanted.map((column) => ["column", column] as const);
  for (let partition = 0; partition < table.partitions; partition++) {
    const parameters = [["partition", String(partition)] as const, ["format", "application/vnd.apache.arrow.file"] as const, ...selected];
    const rows = columnsOf(await connection.bytes("/table/partition/", table.path, parameters, options), wanted);
    if (rows.seqNum.length > 0) yield rows;
  }
}

/** An Arrow file as columns: numbers as typed arrays where nothing is missing, other cells as they are. */
export function columnsOf(bytes: Uint8Array, wanted: readonly string[]): StreamColumns {
  const table = fromIPC(bytes);
  const names = new Set(table.schema.fields.map(({ name }) => name));
  const data = new Map<string, ArrayLike<unknown>>();
  let seqNum: ArrayLike<number> = [];
  let time: ArrayLike<number> = [];
  for (const name of wanted) {
    if (!names.has(name)) continue;
    const cells = cellsOf(chunksOf(table, name));
    if (name === "seq_num") seqNum = Float64Array.from(cells, Number);
    else if (name === "time") time = Float64Array.from(cells, Number);
    else data.set(name, cells);
  }
  return { seqNum, time, data };
}

function cellsOf(chunks: ReturnType<typeof chunksOf>): ArrayLike<unknown> {
  const [only, ...others] = chunks;
  if (only === undefined) return [];
  if (others.length === 0 && only.nullCount === 0 && only.values instanceof Float64Array) return only.values.subarray(0, only.length);
  return chunks.flatMap((data) => Array.from({ length: data.length }, (_, row) => plain(cellOf(data, row))));
}

/** Whole numbers as numbers where that loses nothing, lists as arrays: as documents have them. */
function plain(cell: unknown): unknown {
  if (typeof cell === "bigint") return cell >= -(2n ** 53n) && cell <= 2n ** 53n ? Number(cell) : cell;
  if (ArrayBuffer.isView(cell)) return Array.from(cell as unknown as ArrayLike<unknown>, plain); // a typed array: Arrow has no other view
  if (Array.isArray(cell)) return cell.map(plain);
  return cell;
}
