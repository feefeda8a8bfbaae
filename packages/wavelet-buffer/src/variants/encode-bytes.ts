import { refused } from "../errors.js";
import { Writer } from "../format/writer.js";
import { type Variant, variantTypes } from "./variant.js";

/** Writes DriftBytes, little-endian, byte for byte as the reference does. Throws `options` for a variant whose shape is not its size. */
export function encodeBytes(variants: readonly Variant[]): Uint8Array {
  const writer = new Writer();
  writer.write(Uint8Array.of(1, 0));
  for (const { type, shape, data } of variants) {
    const size = shape.reduce((product, side) => product * side, 1);
    if ((size !== data.length && type !== "none") || !shape.every((side) => Number.isInteger(side) && side >= 0 && side < 2 ** 32)) {
      throw refused("variants", `have one of shape [${shape.join(", ")}] with ${data.length} elements`);
    }
    writer.u8(1);
    writer.u8(variantTypes.indexOf(type));
    writer.u64(shape.length);
    for (const side of shape) writer.u32(side);
    writeElements(writer, data);
  }
  return writer.finish().slice();
}

const utf8 = new TextEncoder();
const native = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function writeElements(writer: Writer, data: Variant["data"]): void {
  if (ArrayBuffer.isView(data)) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    writer.write(native ? bytes : swapped(bytes, data.BYTES_PER_ELEMENT));
    return;
  }
  for (const element of data) {
    if (typeof element === "boolean") writer.u8(element ? 1 : 0);
    else {
      const bytes = utf8.encode(element);
      writer.u64(bytes.length);
      writer.write(bytes);
    }
  }
}

function swapped(bytes: Uint8Array, width: number): Uint8Array {
  const copy = bytes.slice();
  for (let start = 0; start < copy.length; start += width) copy.subarray(start, start + width).reverse();
  return copy;
}
