import type { TimeRange } from "../contract.js";
import { toNanos } from "../time/instant.js";
import { maxNanos, minNanos } from "../time/nanos.js";
import { nowNanos } from "../time/now.js";
import { toSpan } from "../time/span.js";
import type { Within } from "./types.js";

/**
 * The half-open range that `within` means; undefined is everything. `extent` is asked only for `last`, which counts back
 * from the stream's last row: in an archive of 2020 it means the last of 2020. `now` is one moment for both bounds.
 */
export async function resolveWithin(within: Within, extent: () => Promise<TimeRange | null>): Promise<TimeRange | undefined> {
  if (within.last !== undefined) {
    const span = toSpan(within.last);
    const known = await extent();
    return known === null ? { start: 0n, end: 0n } : { start: known.end - span, end: known.end };
  }
  if (within.start === undefined && within.end === undefined) return undefined;
  const now = nowNanos();
  const start = within.start === undefined ? minNanos : toNanos(within.start, { now });
  if (within.span !== undefined) return { start, end: start + toSpan(within.span) };
  return { start, end: within.end === undefined ? maxNanos : toNanos(within.end, { now }) };
}
