/**
 * msgpackr, kept to plain MessagePack: no records, no structures, no `toJSON`, no extensions of its own. Its browser entry has no native part.
 *
 * @module
 */

import { addExtension, Packr, RESET_BUFFER_MODE } from "msgpackr/pack";
import { failure } from "./errors.js";

/** Bytes that are MessagePack already. */
export class Raw {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** Values written one after the other, with nothing around them. */
export class Sequence {
  readonly parts: readonly unknown[];

  constructor(parts: readonly unknown[]) {
    this.parts = parts;
  }
}

/** Gives `size` bytes at `position` of `target`. Not in msgpackr's types, but how its own extensions are written. */
type Allocate = (size: number) => { readonly target: Uint8Array; readonly position: number };

// The number is of no consequence: nothing is returned that would be written under it.
const type = 1;
addExtension({
  Class: Raw,
  type,
  pack: ((raw: Raw, allocate: Allocate) => {
    const { target, position } = allocate(raw.bytes.length);
    target.set(raw.bytes, position);
  }) as unknown as () => Uint8Array, // the types know only extensions that return bytes
});
addExtension({
  Class: Sequence,
  type,
  pack: ((sequence: Sequence, allocate: Allocate, pack: (value: unknown) => void) => {
    allocate(0);
    for (const part of sequence.parts) pack(part);
  }) as unknown as () => Uint8Array, // as above
});

const packr = new Packr({ useRecords: false, useToJSON: false, moreTypes: false, bundleStrings: false });
/** msgpackr keeps its buffer from call to call; larger ones are given back. */
const keptBytes = 2 ** 20;

/** Its own copy of what msgpackr writes for a value made of nil, booleans, numbers, text, bytes, arrays, maps and the classes above. */
export function pack(value: unknown): Uint8Array {
  let packed: Uint8Array;
  try {
    packed = packr.pack(value, RESET_BUFFER_MODE);
  } catch (cause) {
    throw failure("unsupported", "MessagePack: the value is too large to be written: split it", { what: "size", cause });
  }
  const result = new Uint8Array(packed);
  if (packed.length > keptBytes) packr.useBuffer(typeof Buffer === "undefined" ? new Uint8Array(8192) : Buffer.alloc(8192));
  return result;
}
