import { maxNanos, minNanos, type TimeRange } from "@sonde/core";
import type { ObjectInfo, ObjectStore } from "@sonde/object-store";
import type { FileName } from "./file-name.js";
import type { PathFormat } from "./path-format.js";

/** Where an archive lies, and how its sink wrote it. */
export type Archive = {
  readonly store: ObjectStore;
  /** What stands before the topics' names: "topics/", or nothing. */
  readonly base: string;
  readonly format: PathFormat;
  /** The most that a row's time is before the instant by which its file was filed, in nanoseconds. */
  readonly lateness: bigint;
};

/** One file of a topic. */
export type EfdFile = ObjectInfo &
  FileName & {
    /** Of the folder that it lies in: when its records were produced, half open. Their own times may be earlier. */
    readonly filed: TimeRange;
  };

/** The times that rows of a file filed in `filed` can have. */
export function timesOfFiled(filed: TimeRange, lateness: bigint): TimeRange {
  return { start: clamp(filed.start - lateness), end: filed.end };
}

export function clamp(time: bigint): bigint {
  return time < minNanos ? minNanos : time > maxNanos ? maxNanos : time;
}
