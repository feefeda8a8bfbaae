import { isEmpty, type TimeRange, timesOf } from "@sonde/core";
import { type Call, type ReadQuery, type RecordBatch, sliceTime, sondeError } from "@sonde/core/connector";
import { adapt } from "../read/adapt.js";
import { ascends, sortedRows } from "../read/order.js";
import { planRead, type ReadPlan, storedName } from "../read/plan.js";
import { instantOf } from "../schema/instant-of.js";
import type { TopicShape } from "../schema/topic-shape.js";
import type { ParquetFile, ParquetRowGroup } from "./types.js";

const asStored = { duplicates: "keep", maskBelow: 0, onDamaged: "throw" } as const;
/** A batch of a file that had to be sorted. */
const SORTED_ROWS = 65_536;

type Read = (query: ReadQuery, call: Call) => AsyncGenerator<RecordBatch, void, undefined>;

/** Reads the rows of a file by time. Whether they lie in its order is learnt once, from the column of times alone; a file that does not is sorted whole. */
export function fileRows(file: ParquetFile, shape: TopicShape, name: string): Read {
  let verdict: boolean | undefined;

  return async function* read({ range, columns }, call) {
    call.signal.throwIfAborted();
    const plan = planRead(name, shape, { range, columns }, asStored);
    if (range !== undefined && isEmpty(range)) return;
    verdict ??= await isOrdered(file, planRead(name, shape, { columns: [] }, asStored), call);
    const batches = verdict ? ordered(file, plan, call) : sorted(file, plan, call);
    let rows = 0;
    for await (const batch of batches) {
      rows += batch.numRows;
      call.onProgress({ rows, bytes: 0 });
      yield batch;
    }
  };
}

async function isOrdered(file: ParquetFile, plan: ReadPlan, call: Call): Promise<boolean> {
  let last: bigint | undefined;
  try {
    for await (const batch of adapted(file, plan, call)) {
      const times = timesOf(batch);
      if (!ascends(times) || (last !== undefined && last > (times[0] ?? last))) return false;
      last = times.at(-1) ?? last;
    }
  } catch (error) {
    call.signal.throwIfAborted();
    // Damage comes to light, after the rows before it, where they are read in the file's order.
    if (error instanceof Error && "code" in error && error.code === "format") return true;
    throw error;
  }
  return true;
}

async function* ordered(file: ParquetFile, plan: ReadPlan, call: Call): AsyncGenerator<RecordBatch, void, undefined> {
  for await (const batch of adapted(file, plan, call)) {
    const inside = plan.range ? sliceTime(batch, plan.range) : batch;
    if (inside.numRows > 0) yield inside;
  }
}

async function* sorted(file: ParquetFile, plan: ReadPlan, call: Call): AsyncGenerator<RecordBatch, void, undefined> {
  const batches: RecordBatch[] = [];
  for await (const batch of adapted(file, plan, call)) batches.push(batch);
  const [first, ...others] = batches;
  if (first === undefined) return;
  const rows = sortedRows([first, ...others]);
  const inside = plan.range ? sliceTime(rows, plan.range) : rows;
  for (let start = 0; start < inside.numRows; start += SORTED_ROWS)
    yield inside.slice(start, Math.min(inside.numRows, start + SORTED_ROWS));
}

async function* adapted(file: ParquetFile, plan: ReadPlan, { signal }: Call): AsyncGenerator<RecordBatch, void, undefined> {
  const there = new Set(file.schema.fields.map((field) => field.name));
  const columns = plan.schema.fields.map((field) => storedName(plan.shape, field.name)).filter((column) => there.has(column));
  const rowGroups = file.rowGroups.filter((group) => mayHold(file, group, plan)).map(({ index }) => index);
  for await (const batch of file.read({ columns, rowGroups, signal })) {
    const { batch: rows, timeless } = adapt(batch, plan, file.name);
    if (timeless > 0) {
      const problem = `${timeless} rows have no time in column '${plan.shape.time.name}', and can't be placed`;
      throw sondeError("format", `${file.name}: ${problem}: choose another timeColumn`, { key: file.name });
    }
    if (rows.numRows > 0) yield rows;
  }
}

/** TAI's offset, and what rounding to seconds can move. */
const SLACK = 60_000_000_000n;

/** By the bounds of the times in the footer; the rows are cut exactly afterwards. */
function mayHold(file: ParquetFile, group: ParquetRowGroup, { range, shape }: ReadPlan): boolean {
  if (range === undefined) return true;
  const { min, max } = group.statistics(shape.time.name);
  const type = String(file.schema.fields.find((field) => field.name === shape.time.name)?.type);
  const [first, last] = [instantOf(min, type), instantOf(max, type)];
  return !outside(range, first, last);
}

function outside({ start, end }: TimeRange, first: bigint | undefined, last: bigint | undefined): boolean {
  return (first !== undefined && first - SLACK >= end) || (last !== undefined && last + SLACK < start);
}
