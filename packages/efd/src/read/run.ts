import { isEmpty, type TimeRange } from "@sonde/core";
import { type ByteSource, fromBytes, turn } from "@sonde/core/bytes";
import { isSondeError, type RecordBatch, sliceTime, sondeError, timesOf } from "@sonde/core/connector";
import { type Archive, type EfdFile, timesOfFiled } from "../layout/archive.js";
import { keyedSource } from "../layout/keyed-source.js";
import { openParquet, type ParquetFile, type ParquetRowGroup } from "../parquet/index.js";
import { instantOf } from "../schema/instant-of.js";
import { adapt } from "./adapt.js";
import { ascends, sortedRows } from "./order.js";
import { type ReadPlan, storedName } from "./plan.js";

/** Files up to this size come by one request: most of the sink's are smaller than what a second request costs. */
export const wholeFileBytes = 2 ** 20;
/** Files with more rows, or more bytes in the columns asked for, are read as they are needed, not ahead. */
const eagerRows = 262_144;
const eagerBytes = 16 * 2 ** 20;

/** The rows of one file in the order of time, some of them perhaps not read yet. */
export type Run = {
  readonly file: EfdFile;
  /** No row of this file, nor of any after it in the listing, is earlier, if none came later than `lateness`. */
  readonly floor: bigint;
  /** Ascending, and not overlapping. */
  readonly ready: readonly RecordBatch[];
  /** What comes after; undefined where that is all. */
  readonly rest?: AsyncGenerator<RecordBatch, void, undefined>;
  /** Rows that have no time, and can't be placed. */
  readonly timeless: number;
};

/** Opens a file whose bytes have come. */
export type Fetched = (options: { readonly signal: AbortSignal }) => Promise<Run>;

/**
 * Brings a file here. Small ones are decoded when they are called for, one after another: decoding several in turns gains nothing, and what it makes on
 * the way then outlives the collections of garbage that it should not.
 */
export async function fetchRun(
  archive: Archive,
  file: EfdFile,
  plan: ReadPlan,
  options: { readonly signal: AbortSignal },
): Promise<Fetched> {
  const source = keyedSource(archive.store, file);
  if (file.size > wholeFileBytes) {
    const run = await openRun(source, archive, file, plan, options);
    return async () => run;
  }
  try {
    const bytes = await source.read({ start: 0, end: file.size }, options);
    return (later) => openRun(fromBytes(bytes, file.key), archive, file, plan, later);
  } finally {
    await source.close();
  }
}

/** Opens a file and reads the part of it that lies in the plan's range: all of it at once where it is small. */
async function openRun(
  source: ByteSource,
  archive: Archive,
  file: EfdFile,
  plan: ReadPlan,
  options: { readonly signal: AbortSignal },
): Promise<Run> {
  const { signal } = options;
  let lazy = false;
  try {
    const parquet = await openParquet(source, { signal, size: file.size, wholeFileBytes });
    const { start: floor } = timesOfFiled(file.filed, archive.lateness);
    const columns = columnsIn(parquet, plan, file.key);
    const groups = parquet.rowGroups.filter((group) => mayHold(group, parquet, plan));
    const rows = groups.reduce((sum, group) => sum + group.rows, 0);
    if (rows === 0) return { file, floor, ready: [], timeless: 0 };
    const batches = adapted(parquet, columns, groups, plan, file.key, signal);
    if (rows <= eagerRows && bytesOf(groups, columns) <= eagerBytes) {
      const { ready, timeless } = await gathered(batches, plan.range);
      return { file, floor, ready, timeless };
    }
    lazy = true;
    return { file, floor, ready: [], rest: closing(ordered(batches, plan.range, file.key), source), timeless: 0 };
  } finally {
    if (!lazy) await source.close();
  }
}

type Piece = { readonly batch: RecordBatch; readonly timeless: number };

async function* adapted(
  parquet: ParquetFile,
  columns: readonly string[],
  groups: readonly ParquetRowGroup[],
  plan: ReadPlan,
  key: string,
  signal: AbortSignal,
): AsyncGenerator<Piece, void, undefined> {
  for await (const batch of parquet.read({ columns, rowGroups: groups.map(({ index }) => index), signal })) {
    const wait = turn(signal);
    if (wait) await wait;
    yield adapt(batch, plan, key);
  }
}

/** All rows in the range, in order. */
async function gathered(pieces: AsyncIterable<Piece>, range: TimeRange | undefined): Promise<{ ready: RecordBatch[]; timeless: number }> {
  const batches: RecordBatch[] = [];
  let timeless = 0;
  let last: bigint | undefined;
  let inOrder = true;
  for await (const piece of pieces) {
    timeless += piece.timeless;
    const { batch } = piece;
    if (batch.numRows === 0) continue;
    const times = timesOf(batch);
    inOrder &&= ascends(times) && (last === undefined || last <= (times[0] ?? last));
    last = times.at(-1);
    batches.push(batch);
  }
  const [first, ...others] = batches;
  const sorted = first === undefined || inOrder ? batches : [sortedRows([first, ...others])];
  const ready = sorted.map((batch) => (range ? sliceTime(batch, range) : batch)).filter(({ numRows }) => numRows > 0);
  return { ready, timeless };
}

/** The rows in the range as they come. A file that is too large to be held can't be sorted. */
async function* ordered(
  pieces: AsyncIterable<Piece>,
  range: TimeRange | undefined,
  key: string,
): AsyncGenerator<RecordBatch, void, undefined> {
  let last: bigint | undefined;
  for await (const { batch, timeless } of pieces) {
    if (timeless > 0) throw timelessError(key, timeless);
    const times = timesOf(batch);
    if (!ascends(times) || (last !== undefined && last > (times[0] ?? last))) {
      throw sondeError(
        "unsupported",
        `${key}: its rows are not in the order of time, and it is too large to be sorted: read a shorter range`,
        {
          what: "unsorted file",
        },
      );
    }
    last = times.at(-1) ?? last;
    const inside = range ? sliceTime(batch, range) : batch;
    if (inside.numRows > 0) yield inside;
  }
}

async function* closing<T>(items: AsyncIterable<T>, source: { close(): Promise<void> }): AsyncGenerator<T, void, undefined> {
  try {
    yield* items;
  } finally {
    await source.close();
  }
}

export function timelessError(key: string, rows: number) {
  return sondeError(
    "format",
    `${key}: ${rows} rows have no time, and can't be placed: choose another timeColumn, or skip them by onDamaged`,
    { key },
  );
}

/** The file's columns that the plan asks for; a file without a time can't be placed. */
function columnsIn(parquet: ParquetFile, plan: ReadPlan, key: string): string[] {
  const there = new Set(parquet.schema.fields.map(({ name }) => name));
  const { name } = plan.shape.time;
  if (!there.has(name)) throw sondeError("format", `${key}: it has no column '${name}', by which the topic's rows are placed`, { key });
  return [...new Set(plan.schema.fields.map((field) => storedName(plan.shape, field.name)))].filter((column) => there.has(column));
}

/** By the bounds of its times in the footer, a second wider: the offset of TAI and rounding are well within, and rows are filtered exactly. */
function mayHold(group: ParquetRowGroup, parquet: ParquetFile, plan: ReadPlan): boolean {
  if (group.rows === 0) return false;
  const { range, shape } = plan;
  if (range === undefined) return true;
  if (isEmpty(range)) return false;
  const bounds = timeBounds(group.statistics(shape.time.name), parquet, plan);
  return bounds === undefined || (bounds.start < range.end && bounds.end > range.start);
}

const slack = { utc: 1_000_000_000n, tai: 60_000_000_000n };

/** The times that footers bound, in UTC and wider by a rounding; undefined where they do not say. */
export function timeBounds(
  statistics: { readonly min?: unknown; readonly max?: unknown },
  parquet: ParquetFile,
  plan: { readonly shape: ReadPlan["shape"] },
): TimeRange | undefined {
  const { name, scale } = plan.shape.time;
  const type = String(parquet.schema.fields.find((field) => field.name === name)?.type);
  const start = instantOf(statistics.min, type);
  const end = instantOf(statistics.max, type);
  if (start === undefined || end === undefined) return undefined;
  return { start: start - slack[scale], end: end + slack[scale] };
}

function bytesOf(groups: readonly ParquetRowGroup[], columns: readonly string[]): number {
  const wanted = new Set(columns);
  let bytes = 0;
  for (const group of groups) {
    for (const { path, range } of group.columns) if (wanted.has(path[0] ?? "")) bytes += range.end - range.start;
  }
  return bytes;
}

/** Whether an error is about one file, so that the others can still be read. */
export function isFault(error: unknown, signal: AbortSignal): boolean {
  return !signal.aborted && isSondeError(error) && error.code !== "closed" && error.code !== "options" && error.code !== "contract";
}
