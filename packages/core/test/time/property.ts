import fc from "fast-check";
import { expect } from "vitest";
import { isSondeError, type SondeErrorCode } from "../../src/errors.js";
import { maxNanos, minNanos } from "../../src/time/nanos.js";

/** Any instant of 64 bits, its ends more often than chance would give them. */
export const anyNanos = fc.bigInt({ min: minNanos, max: maxNanos });

/** Checks a property and prints over how many cases it held. */
export function holds<Values extends [unknown, ...unknown[]]>(
  name: string,
  arbitraries: { [K in keyof Values]: fc.Arbitrary<Values[K]> },
  predicate: (...values: Values) => void,
  numRuns = 5000,
): void {
  fc.assert(
    fc.property(...arbitraries, (...values) => {
      predicate(...values); // what it returns, of an assertion, is no verdict
    }),
    { numRuns },
  );
  console.info(`${name}: ${numRuns} cases`);
}

/** The message of the error of that code which `run` throws. */
export function failure(run: () => unknown, code: SondeErrorCode = "options"): string {
  try {
    run();
  } catch (error) {
    if (!isSondeError(error, code)) throw error;
    return error.message;
  }
  return expect.fail("nothing was thrown");
}
