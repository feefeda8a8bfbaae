import { sondeError } from "@sonde/core";

/** Wire types of Protocol Buffers ("Encoding", Message Structure). */
const varint = 0;
const fixed64 = 1;
const delimited = 2;
const groupStart = 3;
const groupEnd = 4;
const fixed32 = 5;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A cursor over one Protocol Buffers message. It takes and refuses the same bytes as `@bufbuild/protobuf`, so that a message means
 * the same whichever of the two reads it: a known field is read by its declared type, groups are skipped to 100 levels, and a varint
 * has ten bytes at most. Whatever would pass the end is an error `format`; nothing is allocated by a length that was not checked.
 */
export class WireReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly length: number;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.length = bytes.byteLength;
  }

  /** Field number × 8 + wire type, both legal. */
  tag(): number {
    const start = this.position;
    const tag = this.uint32();
    const size = this.position - start;
    if (size > 5 || (size === 5 && (this.bytes[this.position - 1] ?? 0) > 0x0f)) throw this.damage("a tag of more than 32 bits", start);
    if (tag >>> 3 === 0 || (tag & 7) > fixed32) throw this.damage(`an illegal tag (field ${tag >>> 3}, wire type ${tag & 7})`, start);
    return tag;
  }

  /** The low 32 bits of a varint. */
  uint32(): number {
    const start = this.position;
    let result = 0;
    for (let size = 0; size < 10; size++) {
      const byte = this.byte();
      if (size < 4) result |= (byte & 0x7f) << (7 * size);
      else if (size === 4) result |= (byte & 0x0f) << 28;
      if (byte < 0x80) return result >>> 0;
    }
    throw this.damage("a varint of more than ten bytes", start);
  }

  int32(): number {
    return this.uint32() | 0;
  }

  uint64(): bigint {
    const start = this.position;
    let result = 0n;
    for (let size = 0; size < 10; size++) {
      const byte = this.byte();
      result |= BigInt(byte & 0x7f) << BigInt(7 * size);
      if (byte < 0x80) return BigInt.asUintN(64, result);
    }
    throw this.damage("a varint of more than ten bytes", start);
  }

  bool(): boolean {
    return this.uint64() !== 0n;
  }

  sfixed64(): bigint {
    return this.view.getBigInt64(this.advance(8), true);
  }

  fixed64(): bigint {
    return this.view.getBigUint64(this.advance(8), true);
  }

  double(): number {
    return this.view.getFloat64(this.advance(8), true);
  }

  /** A view, not a copy. */
  delimited(): Uint8Array {
    const length = this.uint32();
    const start = this.advance(length);
    return this.bytes.subarray(start, start + length);
  }

  text(): string {
    const start = this.position;
    try {
      return utf8.decode(this.delimited());
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      throw this.damage("text that is not UTF-8", start);
    }
  }

  /**
   * Where a sub-message ends: its length, then its fields while `position` is before that. The end may lie after the message's own, in
   * which case reading on fails there; a last field may pass it, as it may in the generated code.
   */
  subMessage(): number {
    const length = this.uint32();
    return this.position + length;
  }

  /** Passes over a field that is not known. `depth` is the number of messages around it. */
  skip(tag: number, depth: number): void {
    switch (tag & 7) {
      case varint:
        while (this.byte() >= 0x80);
        return;
      case fixed64:
        this.advance(8);
        return;
      case delimited:
        this.advance(this.uint32());
        return;
      case fixed32:
        this.advance(4);
        return;
      case groupStart:
        this.#skipGroup(tag >>> 3, depth);
        return;
      default:
        throw this.damage("the end of a group that has not begun", this.position);
    }
  }

  #skipGroup(field: number, depth: number): void {
    if (depth >= 100) throw this.damage("groups nested more than 100 deep", this.position);
    for (;;) {
      const tag = this.tag();
      if ((tag & 7) !== groupEnd) this.skip(tag, depth + 1);
      else if (tag >>> 3 === field) return;
      else throw this.damage("the end of another group", this.position);
    }
  }

  /** Moves on by `length` bytes, which must be there; returns where they begin. */
  advance(length: number): number {
    const start = this.position;
    if (length > this.length - start) throw this.damage(`${length} bytes announced, ${Math.max(0, this.length - start)} left`, start);
    this.position = start + length;
    return start;
  }

  byte(): number {
    const byte = this.bytes[this.position];
    if (byte === undefined) throw this.damage("the message is cut short", this.position);
    this.position++;
    return byte;
  }

  damage(what: string, offset: number): Error {
    return sondeError("format", `damaged BTrDB message: ${what} at byte ${offset} of ${this.length}; read it again`, { offset });
  }
}
