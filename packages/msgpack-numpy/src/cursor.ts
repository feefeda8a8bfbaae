import { failure, malformed } from "./errors.js";
import { type Limits, refused } from "./options.js";
import { type ReadText, textReader } from "./text.js";

const scratch = new ArrayBuffer(8);
const octets = new Uint8Array(scratch);
const single = new Float32Array(scratch);
const double = new Float64Array(scratch);
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** A place in a message, and what its limits still allow. Reads past the end throw `format`. */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly text: ReadText;
  readonly maxDepth: number;
  readonly #maxElements: number;
  /** Elements that may still be made. */
  #elements: number;
  position = 0;

  constructor(bytes: Uint8Array, limits: Limits, utf8: "error" | "replace" | undefined) {
    this.bytes = owned(bytes);
    if (bytes.length > limits.maxBytes) throw tooMany("bytes", bytes.length, limits.maxBytes, "maxBytes");
    if (utf8 !== undefined && utf8 !== "error" && utf8 !== "replace") throw refused("utf8", 'is neither "error" nor "replace"');
    this.text = textReader(utf8 ?? "error");
    this.maxDepth = limits.maxDepth;
    this.#maxElements = limits.maxElements;
    this.#elements = limits.maxElements;
  }

  /** Advances over `length` bytes and returns where they start. */
  skip(length: number): number {
    const start = this.position;
    const end = start + length;
    if (end > this.bytes.length) throw this.truncated(length);
    this.position = end;
    return start;
  }

  u8(): number {
    const byte = this.bytes[this.position];
    if (byte === undefined) throw this.truncated(1);
    this.position++;
    return byte;
  }

  u16(): number {
    const at = this.skip(2);
    const { bytes } = this;
    // Within the message by `skip`, here and below; the type can't say so.
    return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  }

  u32(): number {
    return this.i32() >>> 0;
  }

  i32(): number {
    const at = this.skip(4);
    const { bytes } = this;
    return ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
  }

  u64(): number | bigint {
    return whole(this.u32(), this.u32());
  }

  i64(): number | bigint {
    return whole(this.i32(), this.u32());
  }

  f32(): number {
    this.#reverse(4);
    return single[0] as number;
  }

  f64(): number {
    this.#reverse(8);
    return double[0] as number;
  }

  /** A view of the next `length` bytes: it costs nothing and keeps the message alive. */
  take(length: number): Uint8Array {
    const start = this.skip(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Call before making `count` values of `least` bytes each: they must fit in what is left and in `maxElements`. */
  expect(count: number, least: number): void {
    if (count * least > this.bytes.length - this.position) throw this.truncated(count * least);
    this.grant(count * least);
  }

  /** Takes `count` elements from the budget. */
  grant(count: number): void {
    if (count > this.#elements) throw tooMany("values", this.#maxElements - this.#elements + count, this.#maxElements, "maxElements");
    this.#elements -= count;
  }

  /** Throws where a container at `depth` (0 for the outermost) is one too many. */
  enter(depth: number): void {
    if (depth >= this.maxDepth) throw tooMany("levels of nesting", depth + 1, this.maxDepth, "maxDepth");
  }

  truncated(length: number): Error {
    const left = this.bytes.length - this.position;
    return malformed(`the message ends early: ${length} more bytes are declared, ${left} are left`, this.position);
  }

  /** The next 4 or 8 bytes, in the order of this machine. */
  #reverse(length: 4 | 8): void {
    const at = this.skip(length);
    for (let k = 0; k < length; k++) octets[littleEndian ? length - 1 - k : k] = this.bytes[at + k] as number;
  }
}

const tooMany = (what: string, asked: number, allowed: number, option: string) =>
  failure("limit", `MessagePack: ${asked} ${what}, ${allowed} are allowed: raise \`${option}\` if the sender is trusted`, {
    what,
    asked,
    allowed,
    option,
  });

/** `high * 2^32 + low`, as a bigint where a number would round it. */
function whole(high: number, low: number): number | bigint {
  const value = high * 2 ** 32 + low;
  return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low);
}

/** Plain and unshared: views of a `Buffer` would be Buffers, and shared memory could change under the checks. */
function owned(bytes: Uint8Array): Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw refused("bytes", "is not a Uint8Array");
  if (typeof SharedArrayBuffer !== "undefined" && bytes.buffer instanceof SharedArrayBuffer) return new Uint8Array(bytes);
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
