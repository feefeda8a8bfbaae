import { limitError } from "@sonde/core/bytes";
import { damaged, type Place } from "../damage.js";
import type { DataPage, Room } from "../page/page.js";
import type { ChunkInfo, PageReader } from "../page/page-reader.js";
import { dictionaryDecoder } from "../values/dictionary.js";
import { encodings } from "../values/encodings.js";
import type { Decoder, Sink } from "../values/sink.js";
import type { ValueStorage } from "./storage.js";

/** Level entries that are decoded at once where rows repeat. */
const PIECE = 8192;

/** Entries of whole rows out of one column chunk. */
export type Taken<S> = {
  readonly entries: number;
  /** Absent: every entry has a value. */
  readonly definitions: Uint8Array | undefined;
  /** Absent: every entry begins a row. */
  readonly repetitions: Uint8Array | undefined;
  /** The values, in order, those that are null left out. */
  readonly values: S;
};

/** Reads a column chunk row by row, whatever its pages. */
export class ColumnReader<S extends Sink<S>> {
  readonly #pages: PageReader;
  readonly #chunk: ChunkInfo;
  readonly #storage: ValueStorage<S>;
  readonly #maxEntries: number;
  #page: DataPage | undefined;
  #decoder: Decoder<S> | undefined;
  #dictionary: S | undefined;
  #place: Place;
  /** Levels that were decoded but belong to later rows. */
  readonly #repetitions: Uint8Array;
  readonly #definitions: Uint8Array;
  #at = 0;
  #end = 0;

  constructor(pages: PageReader, chunk: ChunkInfo, storage: ValueStorage<S>, maxEntries: number) {
    this.#pages = pages;
    this.#chunk = chunk;
    this.#storage = storage;
    this.#maxEntries = maxEntries;
    this.#place = { key: chunk.key };
    const piece = chunk.repeated > 0 ? PIECE : 0;
    this.#repetitions = new Uint8Array(piece);
    this.#definitions = new Uint8Array(piece);
  }

  /** The next `rows` rows. Rejects `format` where the chunk has fewer. */
  take(rows: number): Promise<Taken<S>> {
    return this.#chunk.repeated > 0 ? this.#takeRepeated(rows) : this.#takeFlat(rows);
  }

  async #takeFlat(rows: number): Promise<Taken<S>> {
    const greatest = this.#chunk.definition;
    const values = this.#storage.empty(rows);
    let definitions: Uint8Array | undefined;
    for (let done = 0; done < rows; ) {
      const page = this.#page !== undefined && this.#page.left > 0 ? this.#page : await this.#nextPage(rows - done, values);
      if (page.delivered > 0) {
        this.#storage.advance?.(values, page.delivered);
        done += page.delivered;
        continue;
      }
      const most = Math.min(rows - done, page.left);
      let step = page.definitions === undefined ? most : page.definitions.skipRun(greatest, most);
      let present = step;
      if (step > 0) {
        definitions?.fill(greatest, done, done + step);
      } else {
        definitions ??= new Uint8Array(rows).fill(greatest, 0, done);
        page.definitions?.take(definitions, done, most);
        step = most;
        present = this.#present(definitions, done, done + step);
      }
      this.#takeValues(page, values, present);
      page.left -= step;
      done += step;
    }
    return { entries: rows, definitions, repetitions: undefined, values };
  }

  async #takeRepeated(rows: number): Promise<Taken<S>> {
    const values = this.#storage.empty(rows);
    let repetitions = new Uint8Array(rows * 2);
    let definitions = new Uint8Array(rows * 2);
    let entries = 0;
    let begun = 0;
    for (;;) {
      if (this.#at === this.#end && !(await this.#nextPiece())) break;
      const start = this.#at;
      let end = start;
      if (begun === 0 && this.#repetitions[start] !== 0) throw this.#damaged("a first row that does not begin");
      for (; end < this.#end; end++) {
        const level = this.#repetitions[end] as number;
        if (level > this.#chunk.repeated) throw this.#damaged(`a repetition level of ${level}`);
        if (level > 0) continue;
        if (begun === rows) break;
        begun += 1;
      }
      const count = end - start;
      if (entries + count > repetitions.length) {
        if (entries + count > this.#maxEntries)
          throw limitError("maxElements", entries + count, this.#maxEntries, `${begun} rows of column '${this.#chunk.column}'`);
        repetitions = longer(repetitions, entries + count);
        definitions = longer(definitions, entries + count);
      }
      repetitions.set(this.#repetitions.subarray(start, end), entries);
      definitions.set(this.#definitions.subarray(start, end), entries);
      const present = this.#present(definitions, entries, entries + count);
      // A piece is of the page that is under way.
      if (this.#page !== undefined) this.#takeValues(this.#page, values, present);
      entries += count;
      this.#at = end;
      if (end < this.#end) break;
    }
    if (begun < rows) throw this.#damaged(`${rows - begun} rows too few`);
    return { entries, definitions: definitions.subarray(0, entries), repetitions: repetitions.subarray(0, entries), values };
  }

  /** Decodes levels to come; false after the last. */
  async #nextPiece(): Promise<boolean> {
    let page = this.#page;
    while (page === undefined || page.left === 0) {
      page = await this.#tryNextPage();
      if (page === undefined) return false;
    }
    const count = Math.min(PIECE, page.left);
    page.repetitions?.take(this.#repetitions, 0, count);
    page.definitions?.take(this.#definitions, 0, count);
    page.left -= count;
    this.#at = 0;
    this.#end = count;
    return true;
  }

  async #nextPage(missing: number, sink: S): Promise<DataPage> {
    const room = this.#roomIn(sink, missing);
    for (;;) {
      const page = await this.#tryNextPage(room);
      if (page === undefined) throw this.#damaged(`${missing} rows too few`);
      if (page.left > 0 || page.delivered > 0) return page;
    }
  }

  /** Pages that fit into what is missing of the batch are decompressed where their values belong. */
  #roomIn(sink: S, missing: number): Room | undefined {
    const { room } = this.#storage;
    if (room === undefined || this.#chunk.definition > 0) return undefined;
    return ({ values, encoding, size }) => {
      if (encoding !== encodings.plain || values > missing) return undefined;
      const bytes = room(sink, values);
      return bytes.length === size ? bytes : undefined;
    };
  }

  async #tryNextPage(room?: Room): Promise<DataPage | undefined> {
    this.#page = await this.#pages.next(({ count, body, place }) => {
      const dictionary = this.#storage.empty(count);
      this.#storage.decoder(encodings.plain, body, 0, place).take(dictionary, count);
      this.#dictionary = dictionary;
    }, room);
    this.#decoder = undefined;
    return this.#page;
  }

  #takeValues(page: DataPage, values: S, count: number): void {
    // A page of nulls may have no body at all.
    if (count === 0) return;
    values.reserve(count);
    this.#decoder ??=
      page.encoding === encodings.rleDictionary || page.encoding === encodings.plainDictionary
        ? dictionaryDecoder(this.#dictionary, page.body, page.values, this.#place)
        : this.#storage.decoder(page.encoding, page.body, page.values, this.#place);
    this.#decoder.take(values, count);
  }

  /** How many of the entries have a value. */
  #present(definitions: Uint8Array, from: number, to: number): number {
    const greatest = this.#chunk.definition;
    let present = 0;
    for (; from < to; from++) {
      const level = definitions[from] as number;
      if (level === greatest) present += 1;
      else if (level > greatest) throw this.#damaged(`a definition level of ${level}`);
    }
    return present;
  }

  #damaged(problem: string) {
    return damaged(this.#place, `column '${this.#chunk.column}' has ${problem}`);
  }
}

function longer(bytes: Uint8Array<ArrayBuffer>, needed: number): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(Math.max(needed, bytes.length * 2));
  made.set(bytes);
  return made;
}
