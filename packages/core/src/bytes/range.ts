import { sondeError } from "../errors.js";
import type { ByteRange } from "./source.js";

/**
 * The range's length. Offsets are mostly data themselves, so one that is no whole number, runs backwards or ends past the source
 * is damage: `format`.
 */
export function rangeLength({ start, end }: ByteRange, size: number, name: string): number {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end >= start && end <= size) return end - start;
  throw sondeError(
    "format",
    `${name} has ${size} bytes, but bytes ${start} to ${end} are asked for: it was cut short, or what points there is damaged`,
    {
      key: name,
      ...(Number.isSafeInteger(start) && start >= 0 && { offset: start }),
    },
  );
}

/** What every read of a closed source rejects with. */
export function closedError(name: string) {
  return sondeError("closed", `${name} was closed: open it again to read on`, { id: name });
}
