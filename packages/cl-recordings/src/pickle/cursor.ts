import { malformed } from "./failure.js";

/** Reads a pickle's operands; every length is checked against what is left before anything is taken. */
export class PickleCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get offset(): number {
    return this.#offset;
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  /** A view of the next `length` bytes, not a copy. */
  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** The bytes up to the next newline, without it. */
  line(): Uint8Array {
    const end = this.#bytes.indexOf(0x0a, this.#offset);
    if (end < 0) throw malformed("an operand without its newline", this.#offset);
    const line = this.#bytes.subarray(this.#offset, end);
    this.#offset = end + 1;
    return line;
  }

  /** A line of printable ASCII, as every operand but text is. */
  word(): string {
    const at = this.#offset;
    const line = this.line();
    let word = "";
    for (const byte of line) {
      if (byte < 0x20 || byte > 0x7e) throw malformed("an operand that is not ASCII", at);
      word += String.fromCharCode(byte);
    }
    return word;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** A length of eight bytes, refused where it exceeds what is left. */
  length64(): number {
    const at = this.#advance(8);
    const length = this.#view.getBigUint64(at, true);
    if (length > BigInt(this.left)) throw malformed(`a length of ${length} bytes where ${this.left} are left`, at);
    return Number(length);
  }

  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** Moves on by `length` and says where the bytes begin. */
  #advance(length: number): number {
    const start = this.#offset;
    if (length > this.left) throw malformed(`${length} bytes wanted, ${this.left} left`, start);
    this.#offset = start + length;
    return start;
  }
}
