import type { Place } from "../damage.js";
import { bytesDecoder } from "../values/bytes.js";
import { booleanDecoder, fixedDecoder } from "../values/fixed.js";
import { BytesSink, type Decoder, FixedSink } from "../values/sink.js";

/** How the values of a column are gathered and decoded. */
export type ValueStorage<S> = {
  empty(capacity: number): S;
  decoder(encoding: number, bytes: Uint8Array, start: number, place: Place): Decoder<S>;
  /** The next `count` values' own bytes in `sink`, where plain values are stored as they are. */
  readonly room?: (sink: S, count: number) => Uint8Array;
  /** Counts values that were put there. */
  readonly advance?: (sink: S, count: number) => void;
};

export function fixedStorage(width: number, type: string | undefined): ValueStorage<FixedSink> {
  const integers = type === "INT32" || type === "INT64";
  return {
    empty: (capacity) => new FixedSink(width, capacity),
    decoder: (encoding, bytes, start, place) => fixedDecoder(encoding, bytes, start, { width, integers, place }),
    room: (sink, count) => sink.bytes.subarray(sink.count * width, (sink.count + count) * width),
    advance: (sink, count) => {
      sink.count += count;
    },
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
