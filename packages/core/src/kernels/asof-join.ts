import { Field, type RecordBatch, type Schema } from "apache-arrow";
import { sondeError } from "../errors.js";
import { coalesceBatches } from "../table/batches.js";
import { timesOf } from "../table/column.js";
import { concatBatches } from "../table/concat.js";
import { type FieldInfo, fieldInfo, fieldOf } from "../table/field.js";
import { schemaOf } from "../table/schema.js";
import { batchOfData, nullData, takeData } from "../table/take.js";
import { arrowType } from "../table/types.js";
import { TimeSeeker } from "./windows/seek.js";

export interface AsofJoinOptions {
  /** `backward`: the last right row at or before; `forward`: the first at or after; `nearest`: the nearer of them, of equals the earlier time. */
  readonly direction: "backward" | "forward" | "nearest";
  /** How far in ns a match may be, inclusive; any distance without. */
  readonly tolerance?: bigint | undefined;
  /** The joined name of a right column; its own without. */
  readonly nameOf?: ((column: string, info: FieldInfo) => string) | undefined;
  /** A column of this name says the time of the right row. */
  readonly timeName?: string | undefined;
}
export interface AsofSide {
  readonly schema: Schema;
  readonly batches: AsyncIterable<RecordBatch>;
}

/** The schema of {@link asofJoin}: the left one, then the right columns but `time`, nullable. */
export function asofSchema(left: Schema, right: Schema, options: AsofJoinOptions): Schema {
  const { nameOf = (column) => column, timeName } = options;
  const added = right.fields
    .filter(({ name }) => name !== "time")
    .map((field) => new Field(nameOf(field.name, fieldInfo(field)), field.type, true, field.metadata));
  if (timeName !== undefined) added.unshift(fieldOf(timeName, arrowType.nanos(), {}, true));
  const seen = new Set(left.fields.map(({ name }) => name));
  for (const { name } of added) {
    if (seen.has(name)) throw sondeError("options", `both sides of a join have a column '${name}': name the right one otherwise`, {});
    seen.add(name);
  }
  return schemaOf([...left.fields, ...added], left.metadata);
}

/**
 * Every left row with the right row that was known at its time (or comes next, or is nearest): values at the times of
 * others. Of right rows at one time `backward` takes the last, `forward` the first. Streaming; memory: a batch of each side.
 *
 * @example
 * ```ts
 * asofJoin(images, temperatures, { direction: "backward", tolerance: 5_000_000_000n });
 * ```
 */
export function asofJoin(left: AsofSide, right: AsofSide, options: AsofJoinOptions): AsyncGenerator<RecordBatch> {
  return coalesceBatches(matched(left, right, options, asofSchema(left.schema, right.schema, options)));
}

async function* matched(left: AsofSide, right: AsofSide, options: AsofJoinOptions, schema: Schema): AsyncGenerator<RecordBatch> {
  const rightRows = new RightRows(right.batches);
  try {
    for await (const batch of left.batches) {
      for (let from = 0; from < batch.numRows; ) {
        const { rows, needsMore } = match(timesOf(batch).subarray(from), rightRows, options);
        if (rows.length > 0) yield beside(batch.slice(from, from + rows.length), rightRows.batch, rows, right.schema, options, schema);
        from += rows.length;
        if (needsMore) await rightRows.load();
      }
    }
  } finally {
    await rightRows.iterator.return?.();
  }
}

/** What is at hand of the right side: its next batch, with the last row before it in front. */
class RightRows {
  readonly iterator: AsyncIterator<RecordBatch>;
  batch: RecordBatch | undefined;
  times = new BigInt64Array(0) as BigInt64Array;
  seeker = new TimeSeeker(this.times);
  done = false;

  constructor(batches: AsyncIterable<RecordBatch>) {
    this.iterator = batches[Symbol.asyncIterator]();
  }

  async load(): Promise<void> {
    const { done, value } = await this.iterator.next();
    if (done) {
      this.done = true;
      return;
    }
    if (value.numRows === 0) return;
    const last = this.batch?.slice(this.batch.numRows - 1);
    this.batch = last ? concatBatches([last, value]) : value;
    this.times = timesOf(this.batch);
    this.seeker = new TimeSeeker(this.times);
  }
}

/** The right row for each left time, -1 for none, as far as it can be known without the next right batch. */
function match(lefts: BigInt64Array, right: RightRows, options: AsofJoinOptions): { rows: Int32Array; needsMore: boolean } {
  const { direction, tolerance } = options;
  const { times, seeker, done } = right;
  const rows = new Int32Array(lefts.length).fill(-1);
  let atOrAfter = 0;
  let after = 0;
  for (const [row, time] of lefts.entries()) {
    atOrAfter = seeker.firstAtOrAfter(time, atOrAfter);
    after = seeker.firstAtOrAfter(time + 1n, Math.max(after, atOrAfter));
    if (!done && (direction === "forward" ? atOrAfter : after) === times.length) return { rows: rows.subarray(0, row), needsMore: true };
    const back = after - 1;
    const forth = atOrAfter < times.length ? atOrAfter : -1;
    let found = direction === "backward" ? back : forth;
    if (direction === "nearest" && back >= 0 && (forth < 0 || distance(times, back, time) <= distance(times, forth, time))) found = back;
    if (found >= 0 && (tolerance === undefined || distance(times, found, time) <= tolerance)) rows[row] = found;
  }
  return { rows, needsMore: false };
}

function distance(times: BigInt64Array, row: number, time: bigint): bigint {
  // Called with rows that are there.
  const difference = (times[row] as bigint) - time;
  return difference < 0n ? -difference : difference;
}

function beside(
  left: RecordBatch,
  right: RecordBatch | undefined,
  rows: Int32Array,
  rightSchema: Schema,
  options: AsofJoinOptions,
  schema: Schema,
): RecordBatch {
  // `time` is the first field of every schema, as it is of what is added where it has a name.
  const added = rightSchema.fields.flatMap((field) => {
    if (field.name === "time" && options.timeName === undefined) return [];
    const data = right?.data.children[right.schema.fields.findIndex(({ name }) => name === field.name)];
    return [data ? takeData(data, rows) : nullData(field.type, rows.length)];
  });
  return batchOfData(schema, [...left.data.children, ...added], rows.length);
}
