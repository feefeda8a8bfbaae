import { sondeError } from "@sonde/core/bytes";
import type { Asked } from "./answer.js";
import type { GetOptions } from "./store.js";

/** Undefined for an empty range, which no request can ask for. Rejects with `options` for one that is none. */
export function askedOf(range: GetOptions["range"]): Asked | undefined {
  if (range === undefined) return { start: 0 };
  const { start, end, last } = { start: 0, end: 0, last: 0, ...range };
  if (![start, end, last].every((value) => Number.isSafeInteger(value) && value >= 0) || end < start) {
    const shown = "last" in range ? `the last ${range.last} bytes` : `bytes ${start} to ${end}`;
    throw sondeError("options", `${shown} are no range: offsets are whole numbers from 0 on, and the end is not before the start`, {
      issues: [{ path: "range", message: "must be { start, end } or { last }, of whole numbers" }],
    });
  }
  if ("last" in range) return last === 0 ? undefined : { last };
  return start === end ? undefined : { start, end };
}
