import { damaged, type Place } from "../damage.js";

/** Types of Thrift's compact protocol (thrift-compact-protocol.md, "Struct encoding"). */
export const thriftType = {
  stop: 0,
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  struct: 12,
} as const;

/** Deeper than anything in Parquet's metadata. */
const DEEPEST = 16;

/** Thrown where the bytes end before the struct does: the caller fetches more, or calls it damage. Never leaves this folder. */
export const endOfBytes = Symbol("end of bytes");

/** Reads Thrift's compact protocol out of bytes that nobody vouches for, without building objects. */
export class ThriftReader {
  position: number;
  /** Structs inside lists that were passed over. */
  elements = 0;
  readonly #bytes: Uint8Array;
  readonly #place: { readonly key: string; readonly offset: number };

  /** `place.offset` is that of the first byte in the file. */
  constructor(bytes: Uint8Array, place: { readonly key: string; readonly offset: number }, position = 0) {
    this.#bytes = bytes;
    this.#place = place;
    this.position = position;
  }

  /** The id and type of the next field, or undefined at the struct's end. Ids go on from `last`. */
  field(last: number): { readonly id: number; readonly type: number } | undefined {
    const byte = this.#byte();
    const type = byte & 15;
    if (type === thriftType.stop) return undefined;
    const delta = byte >> 4;
    return { id: delta > 0 ? last + delta : this.integer(), type };
  }

  /** A zigzag integer of up to 64 bits, as a number; past 2^53 it is damage, for no count or size goes there. */
  integer(): number {
    const value = this.#varint();
    const whole = value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    if (Number.isSafeInteger(whole)) return whole;
    throw this.fail(`the impossible number ${whole}`);
  }

  skip(type: number, depth = 0): void {
    if (depth > DEEPEST) throw this.fail("metadata nested too deeply");
    switch (type) {
      case thriftType.true:
      case thriftType.false:
        return;
      case thriftType.byte:
        return this.#forward(1);
      case thriftType.i16:
      case thriftType.i32:
      case thriftType.i64:
        this.#varint();
        return;
      case thriftType.double:
        return this.#forward(8);
      case thriftType.binary:
        return this.#forward(this.#varint());
      case thriftType.list:
        return this.#skipList(depth);
      case thriftType.struct:
        return this.skipStruct(depth + 1);
      default:
        throw this.fail(`metadata of the unknown type ${type}`);
    }
  }

  skipStruct(depth = 0): void {
    for (let last = 0, field = this.field(last); field !== undefined; field = this.field(last)) {
      last = field.id;
      this.skip(field.type, depth);
    }
  }

  fail(problem: string) {
    return damaged({ key: this.#place.key, offset: this.#place.offset + this.position } satisfies Place, problem);
  }

  #skipList(depth: number): void {
    const byte = this.#byte();
    const size = byte >> 4 === 15 ? this.#varint() : byte >> 4;
    const type = byte & 15;
    // Every element takes a byte at least.
    if (size > this.#bytes.length - this.position) throw endOfBytes;
    if (type === thriftType.true || type === thriftType.false) return this.#forward(size);
    if (type === thriftType.struct) this.elements += size;
    for (let index = 0; index < size; index++) this.skip(type, depth + 1);
  }

  #byte(): number {
    const byte = this.#bytes[this.position];
    if (byte === undefined) throw endOfBytes;
    this.position += 1;
    return byte;
  }

  /** At most ten bytes; exact up to 2^53, beyond it only the size is right. */
  #varint(): number {
    let value = 0;
    for (let power = 0; power < 70; power += 7) {
      const byte = this.#byte();
      value += (byte & 127) * 2 ** power;
      if (byte < 128) return value;
    }
    throw this.fail("a number of more than ten bytes");
  }

  #forward(length: number): void {
    if (length > this.#bytes.length - this.position) throw endOfBytes;
    this.position += length;
  }
}
