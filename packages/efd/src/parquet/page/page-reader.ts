import type { Limiter } from "@sonde/core/bytes";
import type { ChunkStream } from "../bytes/chunk-stream.js";
import { crc32 } from "../bytes/crc32.js";
import { decompressInto } from "../bytes/decompress.js";
import { damaged, type Place, unsupported } from "../damage.js";
import { encodings } from "../values/encodings.js";
import { type DataPage, deliveredPage, pageOfVersion1, pageOfVersion2, type Room } from "./page.js";
import { type PageHeader, readPageHeader } from "./page-header.js";

/** Enough for a header without long statistics. */
const HEADER = 256;
/** Statistics of long strings may swell a header; past this it is none. */
const LONGEST_HEADER = 16 * 2 ** 20;

export type ChunkInfo = {
  readonly key: string;
  readonly column: string;
  readonly codec: string;
  /** Level entries of the chunk. */
  readonly values: number;
  readonly definition: number;
  readonly repeated: number;
};

/** What a dictionary page holds: `count` values, plainly encoded. */
export type DictionaryPage = { readonly count: number; readonly body: Uint8Array; readonly place: Place };

/** The pages of a column chunk, one after another: each header is held against the chunk, the file and the limits before its body is touched. */
export class PageReader {
  readonly #stream: ChunkStream;
  readonly #chunk: ChunkInfo;
  readonly #limiter: Limiter;
  /** Of data pages not read yet. */
  #values: number;
  /** Decompressed pages lie here in turn: one is done with when the next comes. */
  #scratch = new Uint8Array(0);

  constructor(stream: ChunkStream, chunk: ChunkInfo, limiter: Limiter) {
    this.#stream = stream;
    this.#chunk = chunk;
    this.#limiter = limiter;
    this.#values = chunk.values;
  }

  /** The next page of values, giving dictionaries to `onDictionary`; undefined after the last. `room` is asked for pages without levels. */
  async next(onDictionary: (page: DictionaryPage) => void, room?: Room): Promise<DataPage | undefined> {
    while (this.#values > 0) {
      const stream = this.#stream;
      stream.recycle();
      const place: Place = { key: this.#chunk.key, offset: stream.position };
      if (stream.left === 0) throw damaged(place, `column '${this.#chunk.column}' ends ${this.#values} values too early`);
      const header = this.#header(HEADER) ?? (await this.#longHeader(place));
      this.#check(header, place);
      stream.skip(header.length);
      const stored = stream.peek(header.compressedSize) ?? (await stream.fill(header.compressedSize));
      const page = this.#page(header, stored, place, onDictionary, room);
      // The body stays until the next page is asked for.
      stream.skip(header.compressedSize);
      if (page !== undefined) return page;
    }
    return undefined;
  }

  #header(length: number): PageHeader | undefined {
    const bytes = this.#stream.peek(length);
    return bytes && readPageHeader(bytes, 0, { key: this.#chunk.key, offset: this.#stream.position });
  }

  async #longHeader(place: Place): Promise<PageHeader> {
    for (let length = HEADER; ; length *= 8) {
      await this.#stream.fill(length);
      const header = this.#header(length);
      if (header !== undefined) return header;
      if (length >= this.#stream.left || length > LONGEST_HEADER) {
        throw damaged(place, `column '${this.#chunk.column}' has a page header that does not end`);
      }
    }
  }

  #check(header: PageHeader, place: Place): void {
    const { column, codec } = this.#chunk;
    const what = `a page of column '${column}'`;
    const { compressedSize, uncompressedSize } = header;
    if (compressedSize > this.#stream.left - header.length) {
      throw damaged(place, `${what} of ${compressedSize} bytes where ${this.#stream.left - header.length} are left`);
    }
    if (codec === "UNCOMPRESSED" && header.kind !== "other" && compressedSize !== uncompressedSize) {
      throw damaged(place, `${what} of ${compressedSize} bytes, uncompressed, which claims ${uncompressedSize}`);
    }
    this.#limiter.bytes(uncompressedSize, `${what} of ${this.#chunk.key}`);
    this.#limiter.ratio(uncompressedSize, compressedSize, `${what} of ${this.#chunk.key}`);
    if (header.kind === "dictionary") {
      // Plain values take a bit each at least, strings four bytes.
      if (header.values > uncompressedSize * 8)
        throw damaged(place, `a dictionary of ${header.values} values in ${uncompressedSize} bytes`);
      return;
    }
    if (header.kind === "other") return;
    if (header.values > this.#values) throw damaged(place, `${what} with ${header.values} values where ${this.#values} are left`);
    if (header.repetitionBytes + header.definitionBytes > Math.min(compressedSize, uncompressedSize)) {
      throw damaged(place, `${what} whose levels are longer than itself`);
    }
  }

  #page(
    header: PageHeader,
    stored: Uint8Array,
    place: Place,
    onDictionary: (page: DictionaryPage) => void,
    room: Room | undefined,
  ): DataPage | undefined {
    const { kind } = header;
    if (kind === "other") return undefined;
    if (header.crc !== undefined && crc32(stored) !== header.crc) {
      throw damaged(place, `a page of column '${this.#chunk.column}' does not match its checksum`);
    }
    if (kind === "dictionary") {
      if (header.encoding !== encodings.plain && header.encoding !== encodings.plainDictionary) {
        throw unsupported(place, `a dictionary of encoding ${header.encoding}`, "write the file again");
      }
      // Kept while pages are read: not in the scratch space.
      const body = this.#decompressed(stored, header.uncompressedSize, true, place, new Uint8Array(header.uncompressedSize));
      onDictionary({ count: header.values, body, place });
      return undefined;
    }
    this.#values -= header.values;
    if (kind === "data") {
      const into = room?.({ values: header.values, encoding: header.encoding, size: header.uncompressedSize });
      if (into !== undefined) {
        this.#decompressed(stored, header.uncompressedSize, true, place, into);
        return deliveredPage(header);
      }
      const body = this.#decompressed(stored, header.uncompressedSize, true, place);
      return pageOfVersion1(header, body, this.#chunk, place);
    }
    const levels = header.repetitionBytes + header.definitionBytes;
    const body = this.#decompressed(stored.subarray(levels), header.uncompressedSize - levels, header.compressed, place);
    return pageOfVersion2(header, stored.subarray(0, levels), body, this.#chunk, place);
  }

  #decompressed(stored: Uint8Array, size: number, compressed: boolean, place: Place, into?: Uint8Array): Uint8Array {
    if (!compressed || this.#chunk.codec === "UNCOMPRESSED") {
      if (stored.length !== size) throw damaged(place, `a page of ${stored.length} bytes, uncompressed, which claims ${size}`);
      into?.set(stored);
      return stored;
    }
    if (into === undefined && this.#scratch.length < size) this.#scratch = new Uint8Array(size);
    const output = into ?? this.#scratch.subarray(0, size);
    decompressInto(this.#chunk.codec, stored, output, place);
    return output;
  }
}
