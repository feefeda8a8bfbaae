import type { TimeRange } from "@sonde/core";

/** What one request brings: a cell is a value of a field, some 60 bytes in flight. */
const MOST_CELLS = 2 ** 20;
const FEW_CELLS = 2 ** 17;
const HOUR = 3_600_000_000_000n;

/**
 * Cuts a range into stretches of time that one request each can bring, since InfluxDB answers field by field and rows are complete only
 * at the end: stretches grow over silence and shrink where the device speaks much.
 */
export interface Pages {
  /** The next stretch; undefined after the last. */
  next(): TimeRange | undefined;
  /** The stretch came with so many cells: go on after it. */
  done(cells: number): void;
  /** The stretch holds too many cells: cut it. False where it is of one nanosecond. */
  cut(): boolean;
}

export function pagesOf({ start, end }: TimeRange): Pages {
  let at = start;
  let width = HOUR;
  const stop = () => (end - at > width ? at + width : end);
  return {
    next: () => (at < end ? { start: at, end: stop() } : undefined),
    done(cells) {
      at = stop();
      if (cells < FEW_CELLS) width *= 4n;
      else if (cells > MOST_CELLS / 2) width = width > 1n ? width / 2n : 1n;
    },
    cut() {
      const length = stop() - at;
      if (length <= 1n) return false;
      width = length / 4n > 0n ? length / 4n : 1n;
      return true;
    },
  };
}

export { MOST_CELLS };
