import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSondeError } from "../../src/errors.js";
import { maxNanos } from "../../src/time/nanos.js";
import { formatSpan, toSpan } from "../../src/time/span.js";
import type { Span } from "../../src/time/types.js";
import { anyNanos, failure, holds } from "./property.js";

const refused = (value: unknown) => failure(() => toSpan(value as Span));

describe("a span", () => {
  test.each([
    ["5s", 5_000_000_000n],
    ["1.5ms", 1_500_000n],
    ["2h", 7_200_000_000_000n],
    ["1h30m", 5_400_000_000_000n],
    ["1m0.000000001s", 60_000_000_001n],
    ["250us", 250_000n],
    ["250µs", 250_000n],
    ["250μs", 250_000n],
    ["0.5us", 500n],
    ["7ns", 7n],
    ["0s", 0n],
    ["1d", 86_400_000_000_000n],
    ["2w3d", 1_468_800_000_000_000n],
    ["0.1s", 100_000_000n],
    ["0.10000000000000000000s", 100_000_000n],
    ["1.000000001s", 1_000_000_001n],
  ])("reads %s exactly", (text, nanos) => {
    expect(toSpan(text)).toBe(nanos);
  });

  test.each([
    ["", "empty"],
    ["5", "no unit"],
    ["5 s", "no unit"],
    ["s", "a number"],
    [".5s", "a number"],
    ["5.s", "no unit"],
    ["1.5ns", "finer than a nanosecond"],
    ["1.0000000001s", "finer than a nanosecond"],
    ["30m1h", "do not descend"],
    ["5m5m", "do not descend"],
    ["5us5µs", "do not descend"],
    ["1.5h30m", "only the last"],
    ["5S", "no unit"],
    ["1y", 'no unit "y"'],
    ["5min", 'no unit "min"'],
    ["PT5S", "a number"],
    ["--5s", "a number"],
    ["-5s", "negative"],
    ["1e3s", 'no unit "e"'],
    ["300000d", "does not fit"],
    ["9223372036854775808ns", "does not fit"],
    ["5constructor", "no unit"],
    ["5".repeat(100_000), "(100000 characters)"],
  ])("refuses %.30s with its reason", (text, reason) => {
    expect(refused(text)).toContain(reason);
    expect(refused(text).length).toBeLessThan(300);
  });

  test("passes nanoseconds, and negative ones only where they are allowed", () => {
    expect(toSpan(5n)).toBe(5n);
    expect(refused(-5n)).toContain("negative");
    expect(toSpan(-5n, { negative: true })).toBe(-5n);
    expect(toSpan("-1h30m", { negative: true })).toBe(-5_400_000_000_000n);
    expect(refused(maxNanos + 1n)).toContain("does not fit");
  });

  test("refuses a plain number with what to write instead", () => {
    expect(refused(5)).toBe('a plain number is ambiguous as a span: write it like 5n (nanoseconds) or "5s"');
    expect(refused(1.5)).toContain('"1.5s"');
    for (const value of [null, undefined, {}, [], true]) expect(refused(value)).toContain("is not a span");
  });

  test("is printed for people", () => {
    const printed: readonly (readonly [bigint, string])[] = [
      [0n, "0s"],
      [250n, "250ns"],
      [1500n, "1.5us"],
      [1_234_000n, "1.234ms"],
      [5_000_000_000n, "5s"],
      [59_999_999_999n, "59.999999999s"],
      [60_500_000_000n, "1m0.5s"],
      [5_400_000_000_000n, "1h30m"],
      [1_209_600_000_000_000n, "14d"],
      [-1500n, "-1.5us"],
    ];
    for (const [nanos, text] of printed) expect(formatSpan(nanos)).toBe(text);
  });

  test("is read back exactly, whatever was printed", () => {
    holds("spans", [anyNanos], (nanos) => expect(toSpan(formatSpan(nanos), { negative: true })).toBe(nanos), 10_000);
    holds("short spans", [fc.bigInt({ min: 0n, max: 10n ** 12n })], (nanos) => expect(toSpan(formatSpan(nanos))).toBe(nanos), 10_000);
  });

  test("throws nothing but errors of the options for malformed text", () => {
    const likely = fc.constantFrom(..."0123456789.-µumnshdw ");
    holds(
      "malformed spans",
      [fc.string({ unit: likely, maxLength: 70 })],
      (text) => {
        try {
          toSpan(text);
        } catch (error) {
          if (!isSondeError(error, "options")) throw error;
        }
      },
      20_000,
    );
  });
});
