import { concatBatches, type RecordBatch, takeRows, timesOf } from "@sonde/core/connector";
import { earlier } from "../schema/instants.js";

/** Whether times never descend. */
export function ascends(times: BigInt64Array): boolean {
  for (let row = 1; row < times.length; row++) {
    // In bounds by the loop.
    if ((times[row] as bigint) < (times[row - 1] as bigint)) return false;
  }
  return true;
}

/** The rows of all batches as one, by time; rows of one time keep their order, that of the batches first. */
export function sortedRows(batches: readonly [RecordBatch, ...RecordBatch[]]): RecordBatch {
  const whole = concatBatches(batches);
  const times = timesOf(whole);
  if (ascends(times)) return whole;
  return takeRows(whole, Int32Array.from(orderOf(times)));
}

function orderOf(times: BigInt64Array): number[] {
  const rows = Array.from(times.keys());
  const base = times.reduce(earlier);
  // Doubles compare ten times as fast as bigints, and hold 104 days of nanoseconds.
  const offsets = Float64Array.from(times, (time) => Number(time - base));
  const exact = offsets.every((offset) => offset <= Number.MAX_SAFE_INTEGER);
  // In bounds: rows of the columns. Sorting is stable, and quick on runs that ascend already.
  if (exact) return rows.sort((a, b) => (offsets[a] as number) - (offsets[b] as number));
  return rows.sort((a, b) => {
    const [left, right] = [times[a] as bigint, times[b] as bigint];
    return left < right ? -1 : left > right ? 1 : 0;
  });
}
