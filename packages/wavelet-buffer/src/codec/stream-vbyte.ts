/**
 * StreamVByte with deltas: two bits for each value say how many bytes its difference to the one before takes; all those bits come first.
 * Format: Lemire, Kurz, Rupp, "Stream VByte: Faster Byte-Oriented Integer Compression", 2018.
 *
 * @module
 */

/** Zeros that the writer puts after the data, for readers that load 16 bytes at once. */
const padding = 16;

/**
 * `count` rising indices below `size`; undefined where the bytes are too few or an index is none.
 * Memory is taken after the length of `bytes` was found to hold `count` indices.
 */
export function decodeIndices(bytes: Uint8Array, count: number, size: number): Uint32Array | undefined {
  const keys = Math.ceil(count / 4);
  if (count > size || keys + count > bytes.length) return undefined;
  const indices = new Uint32Array(count);
  const end = bytes.length;
  let at = keys;
  let index = -1;
  for (let k = 0; k < count; k++) {
    // Within the keys by the check above, here and below; the type can't say so.
    const width = ((bytes[k >> 2] as number) >> (2 * (k & 3))) & 3;
    if (at + width >= end) return undefined;
    let delta = bytes[at] as number;
    if (width > 0) {
      delta |= (bytes[at + 1] as number) << 8;
      if (width > 1) delta |= (bytes[at + 2] as number) << 16;
      if (width > 2) delta = (delta | ((bytes[at + 3] as number) << 24)) >>> 0;
    }
    at += width + 1;
    // The first difference is to 0, and a first index of 0 rises above -1.
    const next = k === 0 ? delta : index + delta;
    if (next <= index || next >= size) return undefined;
    index = next;
    indices[k] = index;
  }
  return indices;
}

export function encodeIndices(indices: Uint32Array): Uint8Array {
  const keys = Math.ceil(indices.length / 4);
  const bytes = new Uint8Array(keys + 4 * indices.length + padding);
  let at = keys;
  let previous = 0;
  for (let k = 0; k < indices.length; k++) {
    const index = indices[k] as number;
    const delta = index - previous;
    previous = index;
    const width = delta < 2 ** 8 ? 0 : delta < 2 ** 16 ? 1 : delta < 2 ** 24 ? 2 : 3;
    bytes[k >> 2] = (bytes[k >> 2] as number) | (width << (2 * (k & 3)));
    bytes[at] = delta;
    if (width > 0) bytes[at + 1] = delta >>> 8;
    if (width > 1) bytes[at + 2] = delta >>> 16;
    if (width > 2) bytes[at + 3] = delta >>> 24;
    at += width + 1;
  }
  return bytes.subarray(0, at + padding);
}
