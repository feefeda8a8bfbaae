/**
 * One-dimensional float streams of fpzip 1.3.0 (`FP_FAST`): each value is predicted to be the one before it, and the difference of the two
 * as ordered integers is range coded.
 *
 * @module
 */
import { QuasiStaticModel } from "./quasi-static-model.js";
import { RangeDecoder } from "./range-decoder.js";
import { RangeEncoder } from "./range-encoder.js";

/** "fpz" and 0, the version, and that the fast encoding was used: each with its bits. */
const head: readonly (readonly [value: number, bits: number])[] = [
  [0x66, 8],
  [0x70, 8],
  [0x7a, 8],
  [0, 8],
  [0x0110, 16],
  [1, 8],
];

/** Above this precision a difference is coded by its magnitude's bits, at or below it as a symbol of its own. */
const mostNarrow = 8;
const symbolsOf = (precision: number) => (precision > mostNarrow ? 2 * precision + 1 : 2 ** (precision + 1) - 1);

/**
 * Puts `indices.length` values where `indices` says. False where the stream is damaged, or says that it holds another number of them.
 * Values in the stream have `precision` bits, 2 to 32; those below are 0.
 */
export function decodeValues(bytes: Uint8Array, precision: number, indices: Uint32Array, into: Float32Array): boolean {
  const decoder = new RangeDecoder(bytes);
  if (!readHead(decoder, precision, indices.length)) return false;
  const model = new QuasiStaticModel(symbolsOf(precision));
  const { cumulative, lookup } = model;
  const out = new Int32Array(into.buffer, into.byteOffset, into.length);
  const shift = 32 - precision;
  const sign = 1 << (precision - 1);
  const flip = 0xffffffff >>> (shift + 1);
  const wide = precision > mostNarrow;
  const bias = wide ? precision : 2 ** precision - 1;
  const { length } = bytes;
  // Registers in variables of one loop make it twice as fast as a decoder's methods do.
  let { position, low, range, code } = decoder;
  // Zero as an ordered integer; -0 is the one below it.
  let value = sign;
  for (let k = 0; k < indices.length; k++) {
    range >>>= 16;
    // Where `range` is 0, so is this, and then the range ends the loop below.
    const target = (((code - low) >>> 0) / range) | 0;
    if (target >>> 16 !== 0) return false;
    // Below 2^16, so there is a symbol that holds it; the type can't say so.
    let symbol = lookup[target >> 8] as number;
    while (target >= (cumulative[symbol + 1] as number)) symbol++;
    const start = cumulative[symbol] as number;
    low = (low + Math.imul(range, start)) | 0;
    range = Math.imul(range, (cumulative[symbol + 1] as number) - start);
    model.count(symbol);

    const offset = symbol - bias;
    // Bits of the difference that follow its symbol: beyond 16 in two parts. Even none are read, as the encoder wrote them.
    let wanted = !wide || offset === 0 ? -1 : offset > 0 ? offset - 1 : -1 - offset;
    let difference = wide ? (wanted < 0 ? 0 : 1 << wanted) : offset;
    for (let read = 0; ; ) {
      while ((low ^ (low + range)) >>> 24 === 0) {
        code = (code << 8) | (position < length ? (bytes[position] as number) : 0);
        position++;
        low <<= 8;
        range <<= 8;
        if (range === 0) return false;
      }
      if (range >>> 16 === 0) {
        for (let n = 0; n < 2; n++) {
          code = (code << 8) | (position < length ? (bytes[position] as number) : 0);
          position++;
        }
        low <<= 16;
        range = -low | 0;
      }
      if (wanted < 0) break;
      const count = Math.min(wanted, 16);
      const part = range >>> count;
      const bits = (((code - low) >>> 0) / part) | 0;
      if (bits >>> count !== 0) return false;
      low = (low + Math.imul(part, bits)) | 0;
      range = part | 0;
      difference += bits << read;
      read += count;
      wanted = wanted > 16 ? wanted - 16 : -1;
    }
    value = (wide && offset < 0 ? value - difference : value + difference) | 0;
    // The callers' indices are all there and within `into`; the type can't say so.
    out[indices[k] as number] = ~((value & sign) === 0 ? value : value ^ flip) << shift;
    if (value === ((sign - 1) | 0)) value = sign;
    else if (shift > 0 && value >>> precision !== 0) return false;
  }
  return position <= length;
}

function readHead(decoder: RangeDecoder, precision: number, count: number): boolean {
  for (const [value, bits] of head) if (decoder.bits(bits) !== value) return false;
  const [type, bits] = [decoder.bits(1), decoder.bits(7)];
  if (type !== 0 || (bits === 0 ? 32 : bits) !== precision) return false;
  if (decoder.bits(32) !== (count | 0)) return false;
  for (let dimension = 0; dimension < 3; dimension++) if (decoder.bits(32) !== 1) return false;
  return true;
}

/** The values at `indices` with `precision` bits each, rounded towards 0. */
export function encodeValues(data: Float32Array, indices: Uint32Array, precision: number): Uint8Array {
  const encoder = new RangeEncoder();
  for (const [value, bits] of head) encoder.bits(value, bits);
  encoder.bits(0, 1);
  encoder.bits(precision, 7);
  for (const side of [indices.length, 1, 1, 1]) encoder.bits(side, 32);
  const model = new QuasiStaticModel(symbolsOf(precision));
  const words = new Int32Array(data.buffer, data.byteOffset, data.length);
  const shift = 32 - precision;
  const sign = 1 << (precision - 1);
  const flip = 0xffffffff >>> (shift + 1);
  const wide = precision > mostNarrow;
  const bias = wide ? precision : 2 ** precision - 1;
  let predicted = sign;
  for (let k = 0; k < indices.length; k++) {
    // Within `data` by the caller; the type can't say so.
    let value = ~(words[indices[k] as number] as number) >>> shift;
    if ((value & sign) !== 0) value ^= flip;
    if (!wide) encoder.symbol(value - predicted + bias, model);
    else if (value === (predicted | 0) || value >>> 0 === predicted >>> 0) encoder.symbol(bias, model);
    else if (value >>> 0 > predicted >>> 0) {
      const difference = (value - predicted) | 0;
      const magnitude = 31 - Math.clz32(difference);
      encoder.symbol(bias + 1 + magnitude, model);
      encoder.bits(difference ^ (1 << magnitude), magnitude);
    } else {
      const difference = (predicted - value) | 0;
      const magnitude = 31 - Math.clz32(difference);
      encoder.symbol(bias - 1 - magnitude, model);
      encoder.bits(difference ^ (1 << magnitude), magnitude);
    }
    predicted = (value | 0) === ((sign - 1) | 0) ? sign : value;
  }
  // The reference's writer adds one byte too many, and so do we.
  return encoder.finish(1);
}
