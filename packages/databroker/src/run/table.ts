import { printTable } from "@sonde/core";
import {
  arrowType,
  batchOf,
  type ColumnInput,
  type Field,
  fieldOf,
  type RecordBatch,
  schemaOf,
  type Table,
  tableOf,
  timeField,
} from "@sonde/core/connector";
import type { StreamColumns, Waiting } from "../catalog/types.js";
import { type DataKey, externalKind } from "../event-model/data-key.js";
import type { EventDescriptor } from "../event-model/documents.js";
import { nanosOfAll } from "../event-model/seconds.js";
import { columnOf } from "../table/column.js";
import { orderedRows, type StreamRows } from "../table/rows.js";
import type { RunContext } from "./context.js";
import { dataKeysOf } from "./describe.js";
import { eventArrays } from "./event-arrays.js";
import { type Matched, matchColumns } from "./match-columns.js";
import { streamColumns } from "./stream-columns.js";
import type { TableOptions } from "./types.js";

/** What a table of one run is made of: its columns by name, before Arrow. */
export type RunCells = {
  readonly rows: StreamRows;
  readonly descriptors: readonly EventDescriptor[];
  readonly matched: Matched;
  /** Of {@link Matched.constants}. */
  readonly constants: ReadonlyMap<string, unknown>;
};

/** One read of the columns asked for, in order of `seq_num`; filled where asked. */
export async function runCells(context: RunContext, options: TableOptions & Waiting): Promise<RunCells> {
  const { stream = "primary", columns, fill = false, signal } = options;
  const descriptors = await context.descriptorsOf(stream, { signal });
  const keys = dataKeysOf(descriptors);
  const header = headerValues(context, descriptors);
  const matched = columns === undefined ? { fields: [...keys.keys()], constants: [] } : matchColumns(columns, keys, [...header.keys()]);
  const pieces: StreamColumns[] = [];
  for await (const piece of await streamColumns(context, { stream, fields: matched.fields }, { signal })) pieces.push(piece);
  const rows = orderedRows(pieces, matched.fields);
  const constants = new Map(matched.constants.map((name) => [name, header.get(name)] as const));
  return { rows: fill ? await filledRows(context, stream, rows, descriptors, { signal }) : rows, descriptors, matched, constants };
}

/** Names of the configuration, the start and the stop, each only where one before has it not. */
function headerValues({ header }: RunContext, descriptors: readonly EventDescriptor[]): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  const add = (record: Readonly<Record<string, unknown>> | undefined) => {
    for (const [name, value] of Object.entries(record ?? {})) if (!values.has(name)) values.set(name, value);
  };
  for (const { configuration } of descriptors) for (const { data } of Object.values(configuration ?? {})) add(data);
  add(header.start);
  add(header.stop);
  return values;
}

async function filledRows(
  context: RunContext,
  stream: string,
  rows: StreamRows,
  descriptors: readonly EventDescriptor[],
  options: Waiting,
): Promise<StreamRows> {
  const keys = dataKeysOf(descriptors);
  const data = new Map(rows.data);
  for (const field of rows.data.keys()) {
    const key = keys.get(field);
    if (key === undefined || externalKind(key) === undefined) continue;
    const arrays = await eventArrays(context, stream, field, options);
    try {
      const bySeqNum = new Map(arrays.rows.map(({ seqNum }, index) => [seqNum, index] as const));
      const cells: unknown[] = [];
      for (const seqNum of rows.seqNum) {
        const index = bySeqNum.get(seqNum);
        cells.push(index === undefined ? undefined : await arrays.read(index, options));
      }
      data.set(field, cells);
    } finally {
      await arrays.close();
    }
  }
  return { ...rows, data };
}

/** Rows of one table; text is cut into batches of fewer than 2 GiB by this. */
const batchRows = 65_536;

export function tableOfCells(cells: RunCells): Table {
  return arrowTable([{ cells }]);
}

/** One table of several runs: rows in the order of the runs, columns their union, what a run has not is null. */
export function tableOfRuns(runs: readonly { readonly uid: string; readonly cells: RunCells }[]): Table {
  return arrowTable(runs);
}

function arrowTable(runs: readonly { readonly uid?: string; readonly cells: RunCells }[]): Table {
  const fields: Field[] = [timeField()];
  const columns = new Map<string, ColumnInput>();
  const total = runs.reduce((sum, { cells }) => sum + cells.rows.seqNum.length, 0);
  const add = (field: Field, values: ColumnInput) => {
    if (columns.has(field.name)) return;
    fields.push(field);
    columns.set(field.name, values);
  };
  columns.set(
    "time",
    joined(
      runs.map(({ cells }) => nanosOfAll(cells.rows.time)),
      total,
    ),
  );
  if (runs.some(({ uid }) => uid !== undefined)) {
    add(
      fieldOf("run", arrowType.utf8(), { role: "category" }),
      runs.flatMap(({ uid, cells }) => new Array<string>(cells.rows.seqNum.length).fill(uid ?? "")),
    );
  }
  const seqNums = Uint32Array.from(concatCells(runs.map(({ cells }) => cells.rows.seqNum)) as Float64Array);
  add(fieldOf("seq_num", arrowType.uint32(), { role: "category" }), seqNums);
  const names = new Set(runs.flatMap(({ cells }) => cells.matched.fields));
  for (const name of names) {
    const key = runs.map(({ cells }) => dataKeysOf(cells.descriptors).get(name)).find((found) => found !== undefined);
    const parts = runs.map(({ cells }) => cells.rows.data.get(name) ?? new Array<undefined>(cells.rows.seqNum.length).fill(undefined));
    const { field, values } = columnOf(name, parts.length === 1 ? (parts[0] ?? []) : concatCells(parts), key);
    add(field, values);
  }
  const constants = new Set(runs.flatMap(({ cells }) => cells.matched.constants));
  for (const name of constants) {
    const parts = runs.map(({ cells }) => new Array<unknown>(cells.rows.seqNum.length).fill(cells.constants.get(name)));
    const { field, values } = columnOf(name, parts.flat(), constantKey(runs[0]?.cells.constants.get(name)));
    add(field, values);
  }
  const schema = schemaOf(fields);
  const batch = batchOf(schema, Object.fromEntries(columns));
  return printed(tableOf(schema, slices(batch)));
}

/** Whole numbers of a header are integers: nothing else says so. */
const constantKey = (value: unknown): DataKey | undefined =>
  Number.isSafeInteger(value) ? { dtype: "integer", shape: [], source: "" } : undefined;

function concatCells(parts: readonly ArrayLike<unknown>[]): ArrayLike<unknown> {
  if (!parts.every((part) => part instanceof Float64Array)) return parts.flatMap((part) => Array.from(part));
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function joined(parts: readonly BigInt64Array[], total: number): BigInt64Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const all = new BigInt64Array(total);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function slices(batch: RecordBatch): RecordBatch[] {
  if (batch.numRows <= batchRows) return batch.numRows === 0 ? [] : [batch];
  const parts: RecordBatch[] = [];
  for (let from = 0; from < batch.numRows; from += batchRows) parts.push(batch.slice(from, Math.min(batch.numRows, from + batchRows)));
  return parts;
}

/** As `console.log` shows it. */
function printed(table: Table): Table {
  const print = () => printTable(table);
  return Object.defineProperty(table, Symbol.for("nodejs.util.inspect.custom"), { value: print, configurable: true });
}
