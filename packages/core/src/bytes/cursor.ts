import { sondeError } from "../errors.js";

export type CursorOptions = {
  /** Default "little". */
  readonly endian?: "little" | "big";
  /** Names the file or object in errors. */
  readonly key?: string;
  /** Where the first byte lies in the file, so that errors tell absolute offsets. Default 0. */
  readonly offset?: number;
};

/**
 * Reads numbers one after another out of bytes that nobody vouches for. Each step checks what is left first and throws `format`
 * with the key and the absolute offset where the missing field starts; a failed step does not move the cursor.
 */
export interface Cursor {
  /** Bytes read so far, from the cursor's own start. */
  readonly position: number;
  /** The same in the file. */
  readonly offset: number;
  /** Bytes left. */
  readonly remaining: number;
  u8(): number;
  u16(): number;
  u32(): number;
  u64(): bigint;
  i8(): number;
  i16(): number;
  i32(): number;
  i64(): bigint;
  f32(): number;
  f64(): number;
  /** An unsigned integer of 1 to 8 bytes as a number: lengths and addresses. `format` past 2^53 - 1. */
  uint(width: number): number;
  /** A view of the next `length` bytes, not a copy. */
  bytes(length: number | bigint): Uint8Array;
  /** The next `length` bytes as strict UTF-8: `format` where they are not. */
  text(length: number | bigint): string;
  skip(length: number | bigint): void;
  /** Goes to a position of this cursor, at most its end. */
  seek(position: number | bigint): void;
  /** A cursor over the next `length` bytes that tells the same offsets; this one goes past them. */
  take(length: number | bigint): Cursor;
  /** `format` at this place: what is wrong with what was read. */
  fail(problem: string): never;
}

/**
 * @example
 * ```ts
 * const cursor = cursorOver(bytes, { key: "camera/3.dp" });
 * const count = cursor.u32();
 * const payload = cursor.bytes(cursor.u32());
 * ```
 */
export function cursorOver(bytes: Uint8Array, options: CursorOptions = {}): Cursor {
  return new CheckedCursor(bytes, options.endian !== "big", options.key, options.offset ?? 0);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

class CheckedCursor implements Cursor {
  position = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #little: boolean;
  readonly #key: string | undefined;
  readonly #base: number;

  constructor(bytes: Uint8Array, little: boolean, key: string | undefined, base: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = little;
    this.#key = key;
    this.#base = base;
  }

  get offset() {
    return this.#base + this.position;
  }
  get remaining() {
    return this.#bytes.length - this.position;
  }
  u8() {
    return this.#view.getUint8(this.#step(1));
  }
  u16() {
    return this.#view.getUint16(this.#step(2), this.#little);
  }
  u32() {
    return this.#view.getUint32(this.#step(4), this.#little);
  }
  u64() {
    return this.#view.getBigUint64(this.#step(8), this.#little);
  }
  i8() {
    return this.#view.getInt8(this.#step(1));
  }
  i16() {
    return this.#view.getInt16(this.#step(2), this.#little);
  }
  i32() {
    return this.#view.getInt32(this.#step(4), this.#little);
  }
  i64() {
    return this.#view.getBigInt64(this.#step(8), this.#little);
  }
  f32() {
    return this.#view.getFloat32(this.#step(4), this.#little);
  }
  f64() {
    return this.#view.getFloat64(this.#step(8), this.#little);
  }

  uint(width: number) {
    if (!Number.isInteger(width) || width < 1 || width > 8) this.fail(`an integer of ${width} bytes`);
    const start = this.position;
    const end = this.#step(width) + width;
    let value = 0;
    for (let index = 0; index < width; index++) value = value * 256 + this.#view.getUint8(this.#little ? end - 1 - index : start + index);
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    this.position = start;
    return this.fail(`a length or address past 2^53 (${width} bytes)`);
  }

  bytes(length: number | bigint) {
    const start = this.#step(length);
    return this.#bytes.subarray(start, this.position);
  }

  text(length: number | bigint) {
    const start = this.position;
    const bytes = this.bytes(length);
    try {
      return utf8.decode(bytes);
    } catch {
      this.position = start;
      return this.fail(`${bytes.length} bytes of text that are not UTF-8`);
    }
  }

  skip(length: number | bigint) {
    this.#step(length);
  }

  seek(position: number | bigint) {
    if (!isLength(position) || position > this.#bytes.length) this.fail(`a jump to ${position} in ${this.#bytes.length} bytes`);
    this.position = Number(position);
  }

  take(length: number | bigint): Cursor {
    const base = this.offset;
    return new CheckedCursor(this.bytes(length), this.#little, this.#key, base);
  }

  fail(problem: string): never {
    const where = this.#key === undefined ? "" : `${this.#key}: `;
    throw sondeError("format", `${where}${problem} at byte ${this.offset}: the data is damaged or of another format`, {
      ...(this.#key !== undefined && { key: this.#key }),
      offset: this.offset,
    });
  }

  /** Goes `width` on, returns where it was. */
  #step(width: number | bigint): number {
    const start = this.position;
    if (!isLength(width)) this.fail(`the impossible length ${width}`);
    if (width > this.#bytes.length - start) this.fail(`${width} bytes expected, ${this.#bytes.length - start} left`);
    this.position = start + Number(width);
    return start;
  }
}

function isLength(value: number | bigint): boolean {
  return value >= 0 && (typeof value === "bigint" || Number.isInteger(value));
}
