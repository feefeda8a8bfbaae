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
  // An array of exactly these two, with the members below.
  return new StoredEntry(tick, value, bytes) as unknown as Entry<T>;
}

/** Members on the prototype: there may be millions of entries, and defining them on each costs more than decoding it. */
class StoredEntry extends Array<unknown> {
  static override get [Symbol.species]() {
    return Array;
  }
  readonly #bytes: Uint8Array;

  constructor(tick: bigint, value: unknown, bytes: Uint8Array) {
    super(tick, value);
    this.#bytes = bytes;
  }

  get tick() {
    return this[0];
  }
  get value() {
    return this[1];
  }
  get bytes() {
    return this.#bytes;
  }
  get plain() {
    return decode(this.#bytes, { numpy: false });
  }
  /** Prints as the pair that it is. */
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return [...this];
  }
}
