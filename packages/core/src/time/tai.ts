import { sondeError } from "../errors.js";
import { type LeapSecondStep, leapSeconds } from "./leap-seconds.js";
import { int64Within } from "./nanos.js";
import type { Nanos } from "./types.js";

/**
 * TAI - UTC at a POSIX instant, in ns: whole seconds since 1972, 37 s since 2017.
 * Past `leapSecondsExpiry` the last value goes on, and may miss a leap second announced since. Before 1972, when UTC ran at a rate of its own,
 * there is no whole number of seconds: error `unsupported`.
 */
export function taiMinusUtc(utc: Nanos): Nanos {
  return stepAt(utc, (step) => step.from).taiMinusUtc;
}

/**
 * From POSIX ns to TAI ns, both since 1970-01-01T00:00:00 of their own scale. {@link taiToUtc} turns it back exactly.
 * POSIX time has no numbers for a leap second, so the result never lies in one. Before 1972 it is an error `unsupported`.
 */
export function utcToTai(utc: Nanos): Nanos {
  return int64Within(utc + taiMinusUtc(utc), "TAI time", "it lies beyond the year 2262");
}

/**
 * From TAI ns to POSIX ns. The second of TAI that UTC names 23:59:60 gives the same instants as the second after it (00:00:00), as `toNanos` does;
 * there alone two TAI times share one result. Before 1972 it is an error `unsupported`.
 */
export function taiToUtc(tai: Nanos): Nanos {
  return tai - stepAt(tai, (step) => step.from + step.taiMinusUtc).taiMinusUtc;
}

/** The last step that has begun at `time`, by the scale in which `begin` gives it. Newest first: most data is young. */
function stepAt(time: Nanos, begin: (step: LeapSecondStep) => Nanos): LeapSecondStep {
  for (let index = leapSeconds.length - 1; index >= 0; index--) {
    const step = leapSeconds[index];
    if (step !== undefined && begin(step) <= time) return step;
  }
  throw sondeError(
    "unsupported",
    "TAI and UTC before 1972-01-01 do not differ by whole seconds, and Sonde has no table for them: keep such times in one scale",
    { what: "TAI before 1972" },
  );
}
