import { chunksOf, type RecordBatch, timesOf } from "@sonde/core/connector";
import type { RawPoints } from "../wire/raw-points.js";

/** Points that were told already, by time and by the bits of their value, and how often. */
export type Told = Map<string, number>;

const bits = new DataView(new ArrayBuffer(8));

function keyOf(time: bigint, value: number): string {
  bits.setFloat64(0, value);
  return `${time}/${bits.getBigUint64(0)}`;
}

export function tell(told: Told, { times, values }: RawPoints): void {
  for (let row = 0; row < times.length; row++) {
    // Columns of one length.
    const key = keyOf(times[row] as bigint, values[row] as number);
    told.set(key, (told.get(key) ?? 0) + 1);
  }
}

/**
 * The points of `now` that neither `before` has nor were told, in order; both ascend in time. A point that comes more often now comes as
 * often as it is new. What was told and found is left out of `told`. Memory: the points of one instant, and a batch of each.
 */
export async function* newPoints(
  now: AsyncIterable<RecordBatch>,
  before: AsyncIterable<RecordBatch>,
  told: Told,
): AsyncGenerator<RawPoints> {
  const old = cursor(before);
  try {
    for await (const batch of now) {
      const times = timesOf(batch);
      const values = valuesOf(batch);
      const fresh: [time: bigint, value: number][] = [];
      for (let row = 0; row < times.length; row++) {
        // Columns of one length.
        const [time, value] = [times[row] as bigint, values[row] as number];
        await old.reach(time);
        const key = keyOf(time, value);
        if (!take(old.at, key) && !take(told, key)) fresh.push([time, value]);
      }
      if (fresh.length > 0)
        yield { times: BigInt64Array.from(fresh, ([time]) => time), values: Float64Array.from(fresh, ([, value]) => value) };
    }
  } finally {
    await old.leave();
  }
}

function take(counts: Map<string, number>, key: string): boolean {
  const count = counts.get(key);
  if (count === undefined) return false;
  if (count === 1) counts.delete(key);
  else counts.set(key, count - 1);
  return true;
}

/** The old points at one instant after another. */
function cursor(batches: AsyncIterable<RecordBatch>) {
  const iterator = batches[Symbol.asyncIterator]();
  const at = new Map<string, number>();
  let times: BigInt64Array | undefined = new BigInt64Array(0);
  let values = new Float64Array(0);
  let row = 0;
  let reached: bigint | undefined;
  return {
    at,
    async reach(time: bigint): Promise<void> {
      if (reached === time) return;
      reached = time;
      at.clear();
      while (times !== undefined) {
        if (row === times.length) {
          const next = await iterator.next();
          times = next.done ? undefined : timesOf(next.value);
          values = next.done ? values : valuesOf(next.value);
          row = 0;
          continue;
        }
        // In bounds as just asked.
        const then = times[row] as bigint;
        if (then > time) return;
        if (then === time) {
          const key = keyOf(then, values[row] as number);
          at.set(key, (at.get(key) ?? 0) + 1);
        }
        row++;
      }
    },
    leave: async () => void (await iterator.return?.()),
  };
}

function valuesOf(batch: RecordBatch): Float64Array<ArrayBuffer> {
  // One chunk, of the kind that the shape made.
  const values = chunksOf(batch, "value")[0]?.values as Float64Array<ArrayBuffer> | undefined;
  return values?.subarray(0, batch.numRows) ?? new Float64Array(0);
}
