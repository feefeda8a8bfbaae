import { type Span, toSpan } from "@sonde/core";
import { sondeError } from "@sonde/core/connector";
import { invalid } from "./invalid.js";

/** A bin as it was asked for and as it is used. */
export interface Bin {
  readonly nanos: bigint;
  /** The nearest double to the decimal number of seconds: what `0.1` is to the SDK. */
  readonly seconds: number;
  /** Whole frames, at least one. */
  readonly frames: number;
}

/** Bounds what an analysis allocates for its result. */
export interface CellLimit {
  /** Cells of the largest array, usually channels × bins; 67 108 864 by default, at most 12 bytes each. */
  readonly maxCells?: number | undefined;
}

const defaultMaxCells = 2 ** 26;

/** A span in seconds; the division is correctly rounded, so "0.1s" is the double that the text `0.1` is elsewhere. */
export function spanSeconds(span: Span): { readonly nanos: bigint; readonly seconds: number } {
  const nanos = toSpan(span);
  return { nanos, seconds: Number(nanos) / 1e9 };
}

/** Errors `options` for what is no number of frames a second. */
export function checkRate(framesPerSecond: number): void {
  if (!(framesPerSecond > 0 && framesPerSecond < Number.POSITIVE_INFINITY))
    throw invalid("framesPerSecond", `${framesPerSecond} frames a second is no rate: give a positive number`);
}

/**
 * Firing statistics, bursts and connectivity cut a bin to whole frames towards zero, after a rounded product: at 25 kHz "280us" has 6
 * frames, not 7. Errors `options` below one frame, where the SDK divides by zero.
 */
export function truncatedBin(span: Span, framesPerSecond: number): Bin {
  checkRate(framesPerSecond);
  const { nanos, seconds } = spanSeconds(span);
  const frames = Math.trunc(framesPerSecond * seconds);
  if (frames < 1) throw invalid("bin", `the bin of ${nanos} ns is shorter than a frame at ${framesPerSecond} frames a second: widen it`);
  return { nanos, seconds, frames };
}

/** Entropy and Lempel-Ziv complexity round a bin to the nearest frame, halves to even, and to one at least. */
export function roundedBin(span: Span, framesPerSecond: number): Bin {
  checkRate(framesPerSecond);
  const { nanos, seconds } = spanSeconds(span);
  if (nanos === 0n) throw invalid("bin", "the bin is empty: give a span above zero");
  return { nanos, seconds, frames: Math.max(1, roundHalfEven(seconds * framesPerSecond)) };
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
}

/** A span in whole frames: the nearest number of them, or the next one up. Exact for a whole rate. */
export function spanFrames(span: Span, framesPerSecond: number, rounding: "nearest" | "up"): number {
  checkRate(framesPerSecond);
  const nanos = toSpan(span);
  if (!Number.isInteger(framesPerSecond)) {
    const frames = (Number(nanos) * framesPerSecond) / 1e9;
    return rounding === "up" ? Math.ceil(frames) : Math.round(frames);
  }
  const slack = rounding === "up" ? 999_999_999n : 500_000_000n;
  return Number((nanos * BigInt(framesPerSecond) + slack) / 1_000_000_000n);
}

/** Bins that `frames` frames fill, the last perhaps in part. */
export function binCountOf(frames: number, bin: Bin): number {
  return Math.ceil(frames / bin.frames);
}

/** Adds the spikes of one channel to `counts`, one cell a bin. */
export function countInto(counts: Uint32Array, frames: Float64Array, bin: Bin): void {
  const width = bin.frames;
  for (let row = 0; row < frames.length; row++) {
    const at = Math.floor((frames[row] as number) / width); // in bounds; exact below 2^53
    counts[at] = (counts[at] as number) + 1;
  }
}

/** Errors `limit` before the memory is taken. */
export function checkCells(cells: number, what: string, limit: CellLimit): void {
  const allowed = limit.maxCells ?? defaultMaxCells;
  if (cells <= allowed) return;
  throw sondeError("limit", `${what} need ${cells} cells, ${allowed} are allowed: widen the bin, narrow the limit, or raise maxCells`, {
    what,
    asked: cells,
    allowed,
    option: "maxCells",
  });
}
