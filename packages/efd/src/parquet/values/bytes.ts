import { damaged, type Place, unsupported } from "../damage.js";
import { DeltaReader } from "./delta.js";
import { encodings } from "./encodings.js";
import type { BytesSink, Decoder } from "./sink.js";

/** Lengths that are decoded at once. */
const PIECE = 4096;

/** The decoder for values of any length in `bytes` from `start` on. */
export function bytesDecoder(encoding: number, bytes: Uint8Array, start: number, place: Place): Decoder<BytesSink> {
  switch (encoding) {
    case encodings.plain:
      return plain(bytes, start, place);
    case encodings.deltaLengthByteArray:
      return new DeltaLengths(bytes, start, place);
    case encodings.deltaByteArray:
      return new DeltaByteArrays(bytes, start, place);
    default:
      throw unsupported(place, `encoding ${encoding} of byte arrays`, "write the file again with plain encoding");
  }
}

/** Each after its length in four bytes. */
function plain(bytes: Uint8Array, start: number, place: Place): Decoder<BytesSink> {
  let position = start;
  return {
    take(sink, count) {
      for (let index = 0; index < count; index++) {
        if (bytes.length - position < 4) throw damaged(place, `${index} values where ${count} are declared`);
        // In bounds by the line above.
        const length =
          ((bytes[position] as number) |
            ((bytes[position + 1] as number) << 8) |
            ((bytes[position + 2] as number) << 16) |
            ((bytes[position + 3] as number) << 24)) >>>
          0;
        position += 4;
        if (length > bytes.length - position) throw damaged(place, `a value of ${length} bytes where ${bytes.length - position} are left`);
        sink.append(bytes, position, position + length);
        position += length;
      }
    },
  };
}

/** Lengths as differences, then all bytes (Encodings.md, "Delta-length byte array"). */
class DeltaLengths implements Decoder<BytesSink> {
  readonly #bytes: Uint8Array;
  readonly #lengths: DeltaReader;
  readonly #place: Place;
  readonly #piece = new Int32Array(PIECE);
  #position: number;

  constructor(bytes: Uint8Array, start: number, place: Place) {
    this.#bytes = bytes;
    this.#place = place;
    this.#lengths = new DeltaReader(bytes, start, place);
    this.#position = this.#lengths.end();
  }

  take(sink: BytesSink, count: number): void {
    this.each(count, (from, to) => sink.append(this.#bytes, from, to));
  }

  /** Where the next `count` values lie. */
  each(count: number, visit: (from: number, to: number) => void): void {
    for (let done = 0; done < count; done += PIECE) {
      const some = Math.min(PIECE, count - done);
      this.#lengths.take(this.#piece, 0, some, false);
      for (let index = 0; index < some; index++) {
        // In bounds: just taken.
        const length = this.#piece[index] as number;
        if (length < 0 || length > this.#bytes.length - this.#position) {
          throw damaged(this.#place, `a value of ${length} bytes where ${this.#bytes.length - this.#position} are left`);
        }
        visit(this.#position, this.#position + length);
        this.#position += length;
      }
    }
  }
}

/** What each value shares with the one before, then the rest (Encodings.md, "Delta Strings"). */
export class DeltaByteArrays implements Decoder<BytesSink> {
  readonly #bytes: Uint8Array;
  readonly #prefixes: DeltaReader;
  readonly #suffixes: DeltaLengths;
  readonly #place: Place;
  /** The value before, in the first `#length` bytes. */
  #previous = new Uint8Array(256);
  #length = 0;

  constructor(bytes: Uint8Array, start: number, place: Place) {
    this.#bytes = bytes;
    this.#place = place;
    this.#prefixes = new DeltaReader(bytes, start, place);
    this.#suffixes = new DeltaLengths(bytes, this.#prefixes.end(), place);
  }

  take(sink: BytesSink, count: number): void {
    const prefix = new Int32Array(1);
    this.#suffixes.each(count, (from, to) => {
      this.#prefixes.take(prefix, 0, 1, false);
      // One was just taken.
      const shared = prefix[0] as number;
      if (shared < 0 || shared > this.#length)
        throw damaged(this.#place, `a value that shares ${shared} bytes with one of ${this.#length}`);
      const length = shared + to - from;
      sink.reserveBytes(length);
      if (length > this.#previous.length) {
        const longer = new Uint8Array(length * 2);
        longer.set(this.#previous.subarray(0, shared));
        this.#previous = longer;
      }
      this.#previous.set(this.#bytes.subarray(from, to), shared);
      this.#length = length;
      sink.append(this.#previous, 0, length);
    });
  }
}
