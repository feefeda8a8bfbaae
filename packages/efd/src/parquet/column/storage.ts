import type { Place } from "../damage.js";
import type { LeafType } from "../schema/leaf-type.js";
import { bytesDecoder } from "../values/bytes.js";
import { booleanDecoder, fixedDecoder } from "../values/fixed.js";
import { BytesSink, type Decoder, FixedSink } from "../values/sink.js";

/** How the values of a column are gathered and decoded. */
export type ValueStorage<S> = {
  empty(capacity: number): S;
  decoder(encoding: number, bytes: Uint8Array, start: number, place: Place): Decoder<S>;
};

export function fixedStorage(width: number, type: string | undefined): ValueStorage<FixedSink> {
  const integers = type === "INT32" || type === "INT64";
  return {
    empty: (capacity) => new FixedSink(width, capacity),
    decoder: (encoding, bytes, start, place) => fixedDecoder(encoding, bytes, start, { width, integers, place }),
  };
}

export const booleanStorage: ValueStorage<FixedSink> = {
  empty: (capacity) => new FixedSink(1, capacity),
  decoder: booleanDecoder,
};

export function bytesStorage(maxBytes: number, what: string): ValueStorage<BytesSink> {
  return {
    empty: (capacity) => new BytesSink(capacity, maxBytes, what),
    decoder: bytesDecoder,
  };
}

export type LeafStorage = LeafType["storage"];
