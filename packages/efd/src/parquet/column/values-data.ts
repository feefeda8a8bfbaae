import { type Data, dataOf } from "@sonde/core/connector";
import { damaged, type Place } from "../damage.js";
import type { LeafType } from "../schema/leaf-type.js";
import { bigEndianDecimals } from "../values/decimal.js";
import type { BytesSink, FixedSink } from "../values/sink.js";

type Slots = { readonly length: number; readonly nullCount: number; readonly validity: Uint8Array | undefined };
type Stated = { readonly nullCount: number; readonly validity: Uint8Array | undefined };

/** Values of one width, each in its slot. The sink's bytes become the column's: it is not used again. */
export function fixedData(leafType: LeafType, values: FixedSink, slots: Slots, stated: Stated, place: Place): Data {
  const { length, validity } = slots;
  const { width } = values;
  if (validity !== undefined) {
    values.reserve(length - values.count);
    spread(values, length, validity);
  }
  const raw = values.bytes.subarray(0, length * width);
  const converted = leafType.storage.kind === "boolean" ? packed(raw) : leafType.convert(raw, length, place);
  return dataOf(leafType.type, { length, ...stated, values: converted });
}

/** Values of any length, each in its slot. */
export function bytesData(leafType: LeafType, values: BytesSink, slots: Slots, stated: Stated, place: Place): Data {
  const { length, validity } = slots;
  const offsets = validity === undefined ? values.offsets.subarray(0, length + 1) : spreadOffsets(values.offsets, length, validity);
  // What was reserved in vain is given back where it is much.
  const used = values.bytes.subarray(0, values.length);
  const bytes = used.length * 2 < values.bytes.length ? used.slice() : used;
  if (leafType.decimalBytes !== undefined) {
    // One offset more than there are slots.
    const decimals = bigEndianDecimals(bytes, (row) => offsets[row] as number, length, leafType.decimalBytes, place);
    return dataOf(leafType.type, { length, ...stated, values: decimals });
  }
  if (leafType.text) checkText(bytes, offsets, place);
  return dataOf(leafType.type, { length, ...stated, offsets, values: bytes });
}

/** Moves the values to their slots, from the last to the first, so that none is overwritten before it is moved; zeros where there is none. */
function spread(values: FixedSink, length: number, validity: Uint8Array): void {
  const { width } = values;
  if (width === 8) {
    spreadWords(words(values), values.count, length, validity);
    return;
  }
  const cells = width === 4 ? words(values) : undefined;
  let from = values.count;
  for (let slot = length - 1; slot >= 0; slot--) {
    // In bounds: a bit for each slot.
    const valid = ((validity[slot >> 3] as number) >> (slot & 7)) & 1;
    if (valid) from -= 1;
    if (cells !== undefined) cells[slot] = valid ? (cells[from] as number) : 0;
    else if (valid) values.bytes.copyWithin(slot * width, from * width, (from + 1) * width);
    else values.bytes.fill(0, slot * width, (slot + 1) * width);
  }
}

function words({ bytes }: FixedSink): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}

/** Eight bytes as two words: a double's own bits survive, whatever they are. */
function spreadWords(words: Uint32Array, count: number, length: number, validity: Uint8Array): void {
  let from = count * 2;
  for (let slot = length - 1; slot >= 0; slot--) {
    // In bounds, as above.
    const valid = ((validity[slot >> 3] as number) >> (slot & 7)) & 1;
    if (valid) from -= 2;
    words[slot * 2] = valid ? (words[from] as number) : 0;
    words[slot * 2 + 1] = valid ? (words[from + 1] as number) : 0;
  }
}

function spreadOffsets(dense: Int32Array, length: number, validity: Uint8Array): Int32Array {
  const offsets = new Int32Array(length + 1);
  let value = 0;
  for (let slot = 0; slot < length; slot++) {
    value += ((validity[slot >> 3] as number) >> (slot & 7)) & 1;
    offsets[slot + 1] = dense[value] as number;
  }
  return offsets;
}

/** Bytes of 0 and 1 as bits, least significant first. */
function packed(flags: Uint8Array): Uint8Array {
  const bits = new Uint8Array(((flags.length + 63) >> 6) << 3);
  for (let row = 0; row < flags.length; row++) {
    if (flags[row]) bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7));
  }
  return bits;
}

const strict = new TextDecoder("utf-8", { fatal: true });

/** All of it is UTF-8, and no value begins inside a character. */
function checkText(bytes: Uint8Array, offsets: Int32Array, place: Place): void {
  try {
    strict.decode(bytes);
  } catch (error) {
    throw damaged(place, "text that is not UTF-8", error);
  }
  for (const offset of offsets) {
    if (((bytes[offset] ?? 0) & 0xc0) === 0x80) throw damaged(place, "text that is not UTF-8");
  }
}
