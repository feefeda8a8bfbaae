/** Writes one Protocol Buffers message into a buffer whose size is known to suffice. Zeros are left out by the caller or as said. */
export class WireWriter {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** What was written; a view of the buffer. */
  done(): Uint8Array {
    return this.#bytes.subarray(0, this.#position);
  }

  /** A varint field; nothing for zero. */
  uint64(field: number, value: bigint): void {
    if (value === 0n) return;
    this.#byte(field << 3);
    this.#varint(value);
  }

  /** A length-delimited field, also when it is empty. */
  delimited(field: number, bytes: Uint8Array): void {
    this.#byte((field << 3) | 2);
    this.#varint(BigInt(bytes.byteLength));
    this.#bytes.set(bytes, this.#position);
    this.#position += bytes.byteLength;
  }

  /** A one-byte tag and a one-byte length. */
  bytePair(first: number, second: number): void {
    this.#bytes[this.#position] = first;
    this.#bytes[this.#position + 1] = second;
    this.#position += 2;
  }

  taggedBigInt64(tag: number, value: bigint): void {
    this.#bytes[this.#position] = tag;
    this.#view.setBigInt64(this.#position + 1, value, true);
    this.#position += 9;
  }

  taggedDouble(tag: number, value: number): void {
    this.#bytes[this.#position] = tag;
    this.#view.setFloat64(this.#position + 1, value, true);
    this.#position += 9;
  }

  /** A sub-message of two fields of 8 bytes each, given by their halves, the lower one first: for the points of a long message. */
  fixedPair(tag: number, firstTag: number, low: number, high: number, secondTag: number, otherLow: number, otherHigh: number): void {
    const at = this.#position;
    const bytes = this.#bytes;
    const view = this.#view;
    bytes[at] = tag;
    bytes[at + 1] = 18;
    bytes[at + 2] = firstTag;
    view.setInt32(at + 3, low, true);
    view.setInt32(at + 7, high, true);
    bytes[at + 11] = secondTag;
    view.setInt32(at + 12, otherLow, true);
    view.setInt32(at + 16, otherHigh, true);
    this.#position = at + 20;
  }

  #byte(byte: number): void {
    this.#bytes[this.#position++] = byte;
  }

  #varint(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    while (rest >= 0x80n) {
      this.#byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.#byte(Number(rest));
  }
}
