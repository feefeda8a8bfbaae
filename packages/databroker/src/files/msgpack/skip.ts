import { sondeError } from "@sonde/core/bytes";

/** The message goes on past the bytes at hand. */
export const incomplete = -1;

/**
 * Where the MessagePack value at `at` ends, without making anything of it; `incomplete` where it goes on past `end`. It counts what is
 * still to come instead of calling itself, so nesting costs nothing. Byte 0xC1, which MessagePack never uses, throws `format`.
 * Source: the MessagePack specification, "Formats".
 */
export function skipValue(bytes: Uint8Array, at: number, end: number): number {
  let left = 1;
  while (left > 0) {
    if (at >= end) return incomplete;
    const head = bytes[at] as number; // at < end
    at++;
    left--;
    if (head < 0x80 || head >= 0xe0) continue;
    if (head < 0x90) left += (head & 0x0f) * 2;
    else if (head < 0xa0) left += head & 0x0f;
    else if (head < 0xc0) at += head & 0x1f;
    else {
      const form = forms[head - 0xc0] as number; // 0xc0 <= head < 0xe0
      if (form === UNUSED) throw sondeError("format", `byte 0xC1, which MessagePack never uses, at offset ${at - 1}`, { offset: at - 1 });
      if (form >= 0) {
        at += form;
        if (at > end) return incomplete;
        continue;
      }
      const width = lengthBytes[head - 0xc0] as number; // as above
      if (at + width > end) return incomplete;
      const length = lengthAt(bytes, at, width);
      at += width;
      if (form === BYTES) at += length;
      else if (form === EXTENSION) at += length + 1;
      else left += form === MAP ? length * 2 : length;
    }
    // Each value still to come takes a byte at least.
    if (at + left > end) return incomplete;
  }
  return at;
}

const UNUSED = -1;
const BYTES = -2;
const EXTENSION = -3;
const ARRAY = -4;
const MAP = -5;

/** Of heads 0xC0 to 0xDF: the bytes that follow, or the kind of what a length follows. */
const forms = new Int8Array([
  ...[0, UNUSED, 0, 0],
  ...[BYTES, BYTES, BYTES, EXTENSION, EXTENSION, EXTENSION],
  ...[4, 8, 1, 2, 4, 8, 1, 2, 4, 8],
  // Extensions of fixed size have a byte for their type.
  ...[2, 3, 5, 9, 17],
  ...[BYTES, BYTES, BYTES, ARRAY, ARRAY, MAP, MAP],
]);
/** Of the same heads: how wide the length is. */
const lengthBytes = new Uint8Array([0, 0, 0, 0, 1, 2, 4, 1, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 2, 4, 2, 4]);

function lengthAt(bytes: Uint8Array, at: number, width: number): number {
  let length = 0;
  for (let k = 0; k < width; k++) length = length * 256 + (bytes[at + k] as number); // in bounds by the caller
  return length;
}
