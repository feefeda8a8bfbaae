import { type Nanos, sondeError, type TimeRange } from "@sonde/core";

/** Windows for a view: pass it to `alignedWindows`. */
export type AlignedPlan = {
  /** The range rounded outward to whole windows. */
  readonly start: Nanos;
  readonly end: Nanos;
  /** The logarithm of the width. */
  readonly pointWidth: number;
  readonly width: Nanos;
  /** Windows in the range, empty ones included. */
  readonly windows: number;
};

/** The widest that BTrDB's clock can hold from its first instant on. */
const widest = 60;

/**
 * The aligned windows that fill a view of `pixels`: of the widest power of two that leaves no pixel without a window of its own, so one to
 * two windows a pixel. A range of fewer nanoseconds than pixels has windows of one nanosecond.
 *
 * @example
 * ```ts
 * const view = windowsFor({ start, end }, 800);
 * for await (const batch of stream.alignedWindows(view)) draw(batch);
 * ```
 */
export function windowsFor({ start, end }: TimeRange, pixels: number): AlignedPlan {
  if (!Number.isSafeInteger(pixels) || pixels < 1)
    throw sondeError("options", `a view has a whole number of pixels from 1 on, not ${pixels}`, {});
  if (end <= start) throw sondeError("options", `a view ends after it begins: [${start}, ${end}) is empty`, {});
  let pointWidth = 0;
  while (pointWidth < widest && (end - start) >> BigInt(pointWidth + 1) >= BigInt(pixels)) pointWidth++;
  const width = 1n << BigInt(pointWidth);
  const from = (start >> BigInt(pointWidth)) << BigInt(pointWidth);
  const to = -((-end >> BigInt(pointWidth)) << BigInt(pointWidth));
  return { start: from, end: to, pointWidth, width, windows: Number((to - from) / width) };
}
