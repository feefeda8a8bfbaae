/** Nanoseconds since the Unix epoch, UTC (POSIX: leap seconds are not counted). */
export type Nanos = bigint;
/** Half open: `start <= time < end`. */
export type TimeRange = { readonly start: Nanos; readonly end: Nanos };
/** `ticks` ticks last `per` ns, exactly. Tick k is at `origin + floor(k * per / ticks)`; a column with role "tick" (Int64) holds k. */
export type Clock = { readonly origin: Nanos; readonly ticks: bigint; readonly per: Nanos };
/** What a person writes for an instant. Text without an offset is UTC. A plain number is refused. */
export type Instant = bigint | Date | string | { readonly epochNanoseconds: bigint };
/** "5s", "1.5ms", "2h", or nanoseconds. */
export type Span = bigint | string;
