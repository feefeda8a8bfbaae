import type { Complex } from "./complex.js";
import type { Extension } from "./exact.js";
import type { NdArray } from "./nd-array.js";
import type { MsgpackTimestamp } from "./timestamp.js";

/**
 * A NumPy value that is not read: an array of Python objects (its data is a pickle, which is never run), or a type that only
 * the writing machine understands (long double).
 */
export class Opaque {
  /** Why, in words. */
  readonly reason: string;
  /** As written. */
  readonly dtype: string;
  readonly bytes: Uint8Array;

  constructor(reason: string, dtype: string, bytes: Uint8Array) {
    this.reason = reason;
    this.dtype = dtype;
    this.bytes = bytes;
  }
}

/** What {@link decode} returns. Integers are bigints where a number would lose digits. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Value[]
  | { [key: string]: Value }
  | Map<Value, Value>
  | MsgpackTimestamp
  | Extension
  | NdArray
  | Complex
  | Opaque;
