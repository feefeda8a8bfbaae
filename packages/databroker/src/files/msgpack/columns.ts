import { decode } from "@sonde/msgpack-numpy";
import type { ColumnBuilder, StreamBuilder } from "../column-builder.js";
import { Head, textAt } from "./head.js";
import { skipValue } from "./skip.js";

const text = new TextDecoder();
const scratch = new DataView(new ArrayBuffer(8));

/** How a message that holds events is written: suitcase writes pages, older writers events. */
export type EventForm = "event" | "event_page";

/** The name of the document in a message `[name, document]`, and where the document begins; undefined where it is no such message. */
export function documentAt(bytes: Uint8Array, at: number): { readonly name: string; readonly at: number } | undefined {
  const head = new Head(bytes, at);
  if (head.array() !== 2) return undefined;
  const length = head.text();
  if (length < 0) return undefined;
  if (textAt(bytes, head.at, length, "event_page")) return { name: "event_page", at: head.at + length };
  return { name: text.decode(bytes.subarray(head.at, head.at + length)), at: head.at + length };
}

/**
 * Puts the cells of one event, or of a page of them, into the columns that are wanted and passes over everything else. Returns the
 * descriptor's uid; cells of another stream's descriptor are not taken, and undefined means that there is none.
 */
export class EventReader {
  readonly #columns: StreamBuilder;
  readonly #isWanted: (descriptor: string) => boolean;
  /** Keys of `data` come in one order from event to event: where the next is expected, no text need be made. */
  readonly #order: { readonly key: Uint8Array; readonly column: ColumnBuilder | undefined }[] = [];
  #descriptor: { readonly bytes: Uint8Array; readonly wanted: boolean } | undefined;

  constructor(columns: StreamBuilder, isWanted: (descriptor: string) => boolean) {
    this.#columns = columns;
    this.#isWanted = isWanted;
  }

  /** Forgets which descriptors are wanted: a new one came. */
  reset(): void {
    this.#descriptor = undefined;
  }

  read(form: EventForm, bytes: Uint8Array, at: number, end: number): void {
    const head = new Head(bytes, at);
    const entries = head.map();
    let [seqNum, time, data] = [-1, -1, -1];
    let wanted = false;
    for (let k = 0; k < entries; k++) {
      const length = head.text();
      // Keys of documents are text; what else is there, is not ours.
      if (length < 0) head.at = skipValue(bytes, head.at, end);
      else head.at += length;
      const key = head.at - length;
      if (length === 7 && textAt(bytes, key, length, "seq_num")) seqNum = head.at;
      else if (length === 4 && textAt(bytes, key, length, "time")) time = head.at;
      else if (length === 4 && textAt(bytes, key, length, "data")) data = head.at;
      else if (length === 10 && textAt(bytes, key, length, "descriptor")) wanted = this.#wants(bytes, head.at, end);
      head.at = skipValue(bytes, head.at, end);
    }
    if (!wanted) return;
    const paged = form === "event_page";
    if (seqNum >= 0) readCells(this.#columns.seqNum, bytes, seqNum, end, paged);
    if (time >= 0) readCells(this.#columns.time, bytes, time, end, paged);
    if (data >= 0) this.#data(bytes, data, end, paged);
    this.#columns.align();
  }

  #wants(bytes: Uint8Array, at: number, end: number): boolean {
    const stop = skipValue(bytes, at, end);
    const known = this.#descriptor;
    if (known !== undefined && sameBytes(known.bytes, bytes, at, stop)) return known.wanted;
    const value = decode(bytes.subarray(at, stop));
    const wanted = typeof value === "string" && this.#isWanted(value);
    this.#descriptor = { bytes: bytes.slice(at, stop), wanted };
    return wanted;
  }

  #data(bytes: Uint8Array, at: number, end: number, paged: boolean): void {
    const head = new Head(bytes, at);
    const entries = head.map();
    for (let k = 0; k < entries; k++) {
      const start = head.at;
      const length = head.text();
      head.at = length < 0 ? skipValue(bytes, start, end) : head.at + length;
      const expected = this.#order[k];
      let column: ColumnBuilder | undefined;
      if (expected !== undefined && sameBytes(expected.key, bytes, start, head.at)) column = expected.column;
      else {
        const key = length < 0 ? undefined : text.decode(bytes.subarray(head.at - length, head.at));
        column = key === undefined ? undefined : this.#columns.fields.get(key);
        if (k <= this.#order.length) this.#order[k] = { key: bytes.slice(start, head.at), column };
      }
      if (column === undefined) head.at = skipValue(bytes, head.at, end);
      else head.at = readCells(column, bytes, head.at, end, paged);
    }
  }
}

function sameBytes(known: Uint8Array, bytes: Uint8Array, at: number, end: number): boolean {
  if (known.length !== end - at) return false;
  for (let k = 0; k < known.length; k++) if (known[k] !== bytes[at + k]) return false;
  return true;
}

/** One value, or the items of the array that stands for a page's rows. Returns where it ends. */
function readCells(column: ColumnBuilder, bytes: Uint8Array, at: number, end: number, paged: boolean): number {
  if (!paged) return readCell(column, bytes, at, end);
  const head = new Head(bytes, at);
  const rows = head.array();
  // A page whose column is no array of rows holds nothing for it.
  if (rows < 0) return skipValue(bytes, at, end);
  for (let row = 0; row < rows; row++) head.at = readCell(column, bytes, head.at, end);
  return head.at;
}

function readCell(column: ColumnBuilder, bytes: Uint8Array, at: number, end: number): number {
  const head = bytes[at] ?? 0xc1;
  if (head < 0x80) {
    column.number(head);
    return at + 1;
  }
  if (head === 0xcb) {
    // Messages are whole, so eight bytes follow.
    for (let k = 0; k < 8; k++) scratch.setUint8(k, bytes[at + 1 + k] ?? 0);
    column.number(scratch.getFloat64(0));
    return at + 9;
  }
  const stop = skipValue(bytes, at, end);
  column.push(decode(bytes.subarray(at, stop)));
  return stop;
}
