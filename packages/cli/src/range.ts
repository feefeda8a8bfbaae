import {
  type Description,
  formatNanos,
  formatSpan,
  isSondeError,
  maxNanos,
  minNanos,
  nowNanos,
  type TimeRange,
  toNanos,
  toSpan,
  type Within,
} from "@sonde/core";
import { exit, failure } from "./exit.js";

export type RangeOptions = { readonly start?: string; readonly end?: string; readonly last?: string; readonly span?: string };

export const rangeHelp = `
Times are RFC 3339 with up to nine digits of a second (UTC where no offset is given), integer nanoseconds
since 1970, or relative to the clock: now-5m. Ranges are half open: start <= time < end.
Spans are 250ns, 1.5ms, 5s, 2h, 1d. --last counts back from the stream's last row, not from now.`;

/** What `--start`, `--end`, `--span` and `--last` mean together. Both ends share one present. */
export function withinOf({ start, end, span, last }: RangeOptions): Within {
  if (last !== undefined) {
    if (start !== undefined || end !== undefined || span !== undefined)
      throw combined("--last stands alone: leave out --start, --end and --span");
    return { last: spanOf("--last", last) };
  }
  const now = nowNanos();
  const from = start === undefined ? undefined : option("--start", () => toNanos(start, { now }));
  if (span !== undefined) {
    if (from === undefined || end !== undefined) throw combined("--span goes with --start and without --end");
    return { start: from, span: spanOf("--span", span) };
  }
  return { start: from, end: end === undefined ? undefined : option("--end", () => toNanos(end, { now })) };
}

/** A span by name of its option; digits alone are nanoseconds. */
export function spanOf(name: string, text: string): bigint {
  return option(name, () => toSpan(/^\d+$/.test(text) ? BigInt(text) : text));
}

/** The bounds as far as they are known before reading; undefined is the whole stream, or an end that only the store knows. */
export function resolvedRange(within: Within, { extent }: Pick<Description, "extent">): TimeRange | undefined {
  if (within.last !== undefined) return extent ? { start: extent.end - toSpan(within.last), end: extent.end } : undefined;
  const { start, end, span } = within;
  if (start === undefined && end === undefined) return undefined;
  const from = start === undefined ? (extent?.start ?? minNanos) : toNanos(start);
  if (span !== undefined) return { start: from, end: from + toSpan(span) };
  return { start: from, end: end === undefined ? (extent?.end ?? maxNanos) : toNanos(end) };
}

/** "2018-01-01T12:30:00.000000000Z <= time < 2018-01-01T13:30:00.000000000Z (1h)" */
export function rangeText({ start, end }: TimeRange): string {
  const from = start <= minNanos ? "" : `${formatNanos(start)} <= `;
  const to = end >= maxNanos ? "" : ` < ${formatNanos(end)}`;
  return `${from}time${to}${from === "" || to === "" ? "" : ` (${formatSpan(end - start)})`}`;
}

function option<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isSondeError(error, "options")) throw failure(exit.usage, `${name}: ${error.message}`, error);
    throw error;
  }
}

function combined(message: string): Error {
  return failure(exit.usage, message);
}
