import { type Instant, nowNanos, type Span, type TimeRange, taiToUtc, toNanos, toSpan, utcToTai } from "@sonde/core";

/** Half open. `around` takes half of the span before it and half after. */
export type InfluxRange =
  | { readonly start?: Instant | undefined; readonly end?: Instant | undefined; readonly span?: undefined; readonly around?: undefined }
  | { readonly start: Instant; readonly span: Span; readonly end?: undefined; readonly around?: undefined }
  | { readonly around: Instant; readonly span: Span; readonly start?: undefined; readonly end?: undefined };

/** What the database's own times mean: UTC, or TAI as in the archives of before 2021. */
export type InfluxScale = "utc" | "tai";

const first = -(2n ** 63n);
const last = 2n ** 63n - 1n;

/** Undefined is everything. */
export function rangeOf(given: InfluxRange): TimeRange | undefined {
  const now = nowNanos();
  if (given.around !== undefined) {
    const start = toNanos(given.around, { now }) - toSpan(given.span) / 2n;
    return { start, end: start + toSpan(given.span) };
  }
  if (given.start === undefined && given.end === undefined) return undefined;
  const start = given.start === undefined ? first : toNanos(given.start, { now });
  if (given.span !== undefined) return { start, end: start + toSpan(given.span) };
  return { start, end: given.end === undefined ? last : toNanos(given.end, { now }) };
}

/** The range as the database writes it. */
export function storedRange(range: TimeRange | undefined, scale: InfluxScale): TimeRange | undefined {
  if (range === undefined || scale === "utc") return range;
  return { start: range.start === first ? first : utcToTai(range.start), end: range.end === last ? last : utcToTai(range.end) };
}

/** The instant in UTC of a time as the database writes it. */
export function utcOf(time: bigint, scale: InfluxScale): bigint {
  return scale === "tai" ? taiToUtc(time) : time;
}
