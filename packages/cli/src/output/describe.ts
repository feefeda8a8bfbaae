import { type Clock, type Description, formatNanos, formatSpan } from "@sonde/core";
import { counted, grouped } from "./text.js";

/** What is known of a stream, as texts; "?" where nothing is, "-" where there is none. */
export type DescriptionTexts = { readonly rows: string; readonly first: string; readonly last: string; readonly rate: string };

export function descriptionTexts(description: Partial<Description>): DescriptionTexts {
  const { rows, extent } = description;
  const unknown = extent === null ? "-" : "?";
  return {
    rows: extent === null ? "0" : rows === undefined ? "?" : grouped(rows),
    first: extent ? instantText(extent.start) : unknown,
    // The extent is half open: the last row is one nanosecond before its end.
    last: extent ? instantText(extent.end - 1n) : unknown,
    rate: rateText(description),
  };
}

/** An instant without the zeros at its end, three digits at a time: still exact. */
function instantText(nanos: bigint): string {
  return formatNanos(nanos).replace(/(?:\.000|(?<=\.\d*)000)(?:000)*Z$/, "Z");
}

/** Rows a second on average, from the first to the last. */
function rateText({ rows, extent }: Partial<Description>): string {
  if (!extent || rows === undefined) return extent === null ? "-" : "?";
  const span = extent.end - 1n - extent.start;
  if (rows < 2 || span <= 0n) return "-";
  return `${Number(((rows - 1) / (Number(span) / 1e9)).toPrecision(6))}/s`;
}

/** "25,000 ticks a second, tick 0 at 2026-…Z" */
export function clockText({ origin, ticks, per }: Clock): string {
  const hertz = ticks * 1_000_000_000n;
  const speed = hertz % per === 0n ? `${count(hertz / per)} a second` : `${count(ticks)} in ${formatSpan(per)}`;
  return `${speed}, tick 0 at ${instantText(origin)}`;
}

const count = (ticks: bigint) => counted(Number(ticks), "tick");
