import type { Description } from "../../contract.js";
import { sondeError } from "../../errors.js";
import { fieldInfo } from "../../table/field.js";
import { commonDivisor } from "../../time/nanos.js";

/** A clock's tick that is no whole number of ns is replaced by that many ticks at most, else cut. */
const maxTicks = 16n;

/**
 * The width in ns that windows of a stream should be multiples of, so that each holds equally many rows: the interval of rows that
 * are statistics, else a clock's tick (of a 30 kHz clock three, which last 100,000 ns), else 1.
 */
export function gridOf(description: Pick<Description, "schema" | "clock">): bigint {
  const time = description.schema.fields.find((field) => field.name === "time");
  const { width } = time ? fieldInfo(time) : {};
  if (width !== undefined && width > 0n && description.schema.fields.some((field) => fieldInfo(field).statistic !== undefined))
    return width;
  const { clock } = description;
  if (clock === undefined || clock.ticks <= 0n || clock.per <= 0n) return 1n;
  const divisor = commonDivisor(clock.per, clock.ticks);
  if (clock.ticks / divisor <= maxTicks) return clock.per / divisor;
  const tick = clock.per / clock.ticks;
  return tick > 0n ? tick : 1n;
}

/**
 * The width for windows of at most `nsPerPixel`: {@link gridOf} times a power of two (between one and two windows a pixel),
 * but never less than the grid. Bare powers of two alias on clocked data: windows would hold 104 and 105 ticks in turns.
 *
 * @example
 * ```ts
 * stream.windows({ start, end, width: widthFor(await stream.describe(), 20_000_000n) });
 * ```
 */
export function widthFor(description: Pick<Description, "schema" | "clock">, nsPerPixel: number | bigint): bigint {
  if (typeof nsPerPixel === "number" && !(nsPerPixel >= 0 && nsPerPixel < 2 ** 63)) {
    throw sondeError("options", `${nsPerPixel} ns a pixel: give a positive number below 2^63`, {});
  }
  const wanted = typeof nsPerPixel === "bigint" ? nsPerPixel : BigInt(Math.floor(nsPerPixel));
  let width = gridOf(description);
  while (2n * width <= wanted && 2n * width < 2n ** 63n) width *= 2n;
  return width;
}
