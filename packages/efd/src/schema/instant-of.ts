import { secondsToNanos } from "./seconds.js";

/** A bound of seconds, or of timestamps, in nanoseconds. */
export function instantOf(value: unknown, type: string): bigint | undefined {
  if (typeof value === "bigint" && type.startsWith("Timestamp")) {
    if (type.includes("NANOSECOND")) return value;
    return value * (type.includes("MICROSECOND") ? 1000n : type.includes("MILLISECOND") ? 1_000_000n : 1_000_000_000n);
  }
  return typeof value === "number" || typeof value === "bigint" ? secondsToNanos(Number(value)) : undefined;
}
