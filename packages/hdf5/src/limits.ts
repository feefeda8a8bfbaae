import { sondeError } from "@sonde/core/bytes";
import type { Hdf5Limits } from "./types.js";

export type Limits = { readonly [Name in keyof Hdf5Limits]-?: number };

const defaults: Limits = {
  maxReadBytes: 1 << 28,
  maxChunkBytes: 1 << 26,
  maxRatio: 1100,
  maxAttributeBytes: 1 << 24,
  maxObjects: 100_000,
  maxDepth: 32,
  answerWithinMs: 10_000,
};

/** Reads up to this size are never held against the size of the file. */
export const alwaysAllowedBytes = 1 << 24;

/** What one call of HDF5 reads where chunks are not larger: the heap of WebAssembly never shrinks, and an abort waits for one call at most. */
export const blockBytes = 1 << 22;
/** The most that a single value may take. The worker keeps a buffer of this size. */
export const maxCallBytes = 1 << 23;

/** Rejects `options` for what is no limit; `Infinity` switches one off. */
export function withDefaults(limits: Hdf5Limits = {}): Limits {
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (!Object.hasOwn(defaults, name) || !(value !== undefined && value >= 0)) {
      const message = `limits.${name} is ${value}: give a number from 0, or Infinity for none, for one of ${Object.keys(defaults).join(", ")}`;
      throw sondeError("options", message, { issues: [{ path: `limits.${name}`, message: "not a limit" }] });
    }
  }
  return { ...defaults, ...Object.fromEntries(given) };
}
