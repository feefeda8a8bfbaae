const second = 1_000_000_000n;
const minute = 60n * second;
const hour = 60n * minute;
const day = 24n * hour;

/** A distance between ticks that a person reads as round. */
export type TimeStep =
  | { readonly unit: "nanosecond"; readonly every: bigint }
  | { readonly unit: "month" | "year"; readonly every: number };

/** From a second to a week: what clocks and calendars are divided by. */
const clockSteps = [1n, 2n, 5n, 10n, 15n, 30n].map((seconds) => seconds * second);
const longSteps = [1n, 2n, 5n, 10n, 15n, 30n].map((minutes) => minutes * minute);
const daySteps = [hour, 2n * hour, 3n * hour, 6n * hour, 12n * hour, day, 2n * day, 7n * day];
const steps = [...clockSteps, ...longSteps, ...daySteps];

/** The shortest round step that puts at most `count` ticks into `span` nanoseconds. */
export function timeStep(span: bigint, count: number): TimeStep {
  const least = span / BigInt(Math.max(1, count)) + 1n;
  if (least <= second) {
    for (let decade = 1n; ; decade *= 10n)
      for (const factor of [1n, 2n, 5n]) if (decade * factor >= least) return { unit: "nanosecond", every: decade * factor };
  }
  const fixed = steps.find((step) => step >= least);
  if (fixed !== undefined) return { unit: "nanosecond", every: fixed };
  const months = Number(least / (28n * day)) + 1;
  const round = [1, 2, 3, 6].find((one) => one >= months);
  if (round !== undefined) return { unit: "month", every: round };
  const years = Math.ceil(months / 12);
  for (let decade = 1; ; decade *= 10)
    for (const factor of [1, 2, 5]) if (decade * factor >= years) return { unit: "year", every: decade * factor };
}
