import { decode, type Value } from "@sonde/msgpack-numpy";

/** One entry of a data stream: `[tick, value]`, and how it was stored. */
export type Entry<T = Value> = readonly [tick: bigint, value: T] & {
  readonly tick: bigint;
  readonly value: T;
  /** MessagePack, as stored. */
  readonly bytes: Uint8Array;
  /** Without NumPy: arrays and scalars as the maps that msgpack-numpy writes. Decoded at each access. */
  readonly plain: Value;
};

/** `value` is what `bytes` decode to. */
export function entryOf<T>(tick: bigint, value: T, bytes: Uint8Array): Entry<T> {
  const pair: readonly [bigint, T] = [tick, value];
  // Not enumerable, so that an entry compares and prints as the pair that it is.
  return Object.defineProperties(pair, {
    tick: { value: tick },
    value: { value },
    bytes: { value: bytes },
    plain: { get: () => decode(bytes, { numpy: false }) },
  }) as Entry<T>; // the members are the ones just defined
}
