import type { Hdf5Limits } from "./types.js";

export type Limits = { readonly [Name in keyof Hdf5Limits]-?: number };

const defaults: Limits = {
  maxReadBytes: 1 << 28,
  maxChunkBytes: 1 << 26,
  maxRatio: 1000,
  maxAttributeBytes: 1 << 24,
  maxObjects: 100_000,
  maxDepth: 32,
  answerWithinMs: 10_000,
};

/** Reads up to this size are never held against the size of the file. */
export const alwaysAllowedBytes = 1 << 24;

/** What one call of HDF5 reads: the heap of WebAssembly never shrinks, and an abort waits for one call at most. */
export const blockBytes = 1 << 22;
/** The most that one call may read, where a single value or row asks for it. The worker has a buffer of this size. */
export const maxCallBytes = 1 << 23;

export function withDefaults(limits: Hdf5Limits = {}): Limits {
  const given = Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
  return { ...defaults, ...given };
}
