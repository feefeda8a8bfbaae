import { damaged, type Place } from "../damage.js";

/** Two's complement in `width` (16 or 32) bytes, little endian, as Arrow has decimals. */
export function intDecimals(values: Int32Array, width: number): Uint32Array {
  const words = width / 4;
  const made = new Int32Array(values.length * words);
  for (const [row, value] of values.entries()) {
    made[row * words] = value;
    if (value < 0) made.fill(-1, row * words + 1, (row + 1) * words);
  }
  return new Uint32Array(made.buffer);
}

export function longDecimals(values: BigInt64Array, width: number): Uint32Array {
  const longs = width / 8;
  const made = new BigInt64Array(values.length * longs);
  for (const [row, value] of values.entries()) {
    made[row * longs] = value;
    if (value < 0n) made.fill(-1n, row * longs + 1, (row + 1) * longs);
  }
  return new Uint32Array(made.buffer);
}

/**
 * Of big-endian bytes of any length: those of row k lie from `start(k)` to `start(k + 1)`. Rejects `format` where one needs more than
 * `width` bytes.
 */
export function bigEndianDecimals(
  bytes: Uint8Array,
  start: (row: number) => number,
  length: number,
  width: number,
  place: Place,
): Uint32Array {
  const made = new Uint8Array(length * width);
  for (let row = 0; row < length; row++) {
    const from = start(row);
    const stored = start(row + 1) - from;
    // Bytes before the end are there by the offsets; an empty value is zero.
    const sign = stored > 0 && (bytes[from] as number) & 0x80 ? 0xff : 0;
    for (let index = 0; index < Math.max(stored, width); index++) {
      const byte = index < stored ? (bytes[from + stored - 1 - index] as number) : sign;
      if (index < width) made[row * width + index] = byte;
      else if (byte !== sign) throw damaged(place, `a decimal of ${stored} bytes where ${width} hold its digits`);
    }
    const top = made[(row + 1) * width - 1] as number;
    if (stored > width && (top & 0x80) !== (sign & 0x80)) {
      throw damaged(place, `a decimal of ${stored} bytes where ${width} hold its digits`);
    }
  }
  return new Uint32Array(made.buffer);
}
