import { commonDivisor, maxNanos, nanosPerSecond } from "./nanos.js";
import { refuse, shown } from "./refuse.js";
import type { Clock, Nanos } from "./types.js";

const decimal = /^(\d{1,18})(?:\.(\d{1,18}))?$/;
const fraction = /^(\d{1,18})\/(\d{1,18})$/;

/**
 * The clock of a frequency, exactly: `hertz` is a bigint, a decimal ("25000", "29.97" is 2997/100) or a fraction ("30000/1001").
 * Tick 0 is at `origin`. A plain number is refused, for 29.97 as a float is another frequency; other errors are `options` too.
 *
 * @example
 * ```ts
 * clockOf({ hertz: "44100", origin: 0n }); // { origin: 0n, ticks: 441n, per: 10000000n }
 * ```
 */
export function clockOf(options: { readonly hertz: string | bigint; readonly origin: Nanos }): Clock {
  const [turns, seconds] = ratioOf(options.hertz);
  if (turns <= 0n || seconds <= 0n) throw refuse(`hertz: ${shown(options.hertz)} is not a positive frequency`);
  const nanos = seconds * nanosPerSecond;
  const divisor = commonDivisor(turns, nanos);
  const clock = { origin: options.origin, ticks: turns / divisor, per: nanos / divisor };
  if (clock.ticks > maxNanos || clock.per > maxNanos) {
    throw refuse(`hertz: ${shown(options.hertz)} has more digits than 64-bit ticks and nanoseconds can hold: write it with fewer`);
  }
  return clock;
}

function ratioOf(hertz: unknown): readonly [turns: bigint, seconds: bigint] {
  if (typeof hertz === "bigint") return [hertz, 1n];
  if (typeof hertz === "number")
    throw refuse(
      `hertz: a plain number may not be exact: write ${JSON.stringify(String(hertz))} if that is the frequency to the last digit`,
    );
  if (typeof hertz === "string") {
    const digits = decimal.exec(hertz);
    if (digits !== null) {
      const [, whole = "", decimals = ""] = digits;
      return [BigInt(whole + decimals), 10n ** BigInt(decimals.length)];
    }
    const parts = fraction.exec(hertz);
    if (parts !== null) return [BigInt(parts[1] ?? ""), BigInt(parts[2] ?? "")];
  }
  throw refuse(`hertz: ${shown(hertz)} is not a frequency: write a bigint, a decimal like "29.97" or a fraction like "30000/1001"`);
}
