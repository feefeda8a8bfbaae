import { Cursor } from "../format/cursor.js";
import { checkLimit, type DecodeOptions, limitsOf, ownedBytes } from "../limits.js";
import { type NumericType, numericArrays, type Variant, variantTypes } from "./variant.js";

/**
 * Reads DriftBytes: variants one after the other until the bytes end (cereal's portable binary archives, either byte order).
 * Throws `format` with the offset of the damage, and `limit`.
 *
 * @example
 * ```ts
 * const [score] = decodeBytes(bytes).map(variantValue);
 * ```
 */
export function decodeBytes(bytes: Uint8Array, options?: DecodeOptions): readonly Variant[] {
  const limits = limitsOf(options);
  const cursor = new Cursor(ownedBytes(bytes, limits), "DriftBytes");
  readByteOrder(cursor);
  const version = cursor.u8();
  if (version !== 0) throw cursor.malformed(`version ${version}, known is 0`, 1);
  const variants: Variant[] = [];
  let values = 0;
  while (cursor.left > 0) {
    const read = readVariant(cursor);
    values += read.data.length;
    checkLimit("elements of variants", values, limits.maxValues, "maxValues");
    variants.push(read);
  }
  return variants;
}

/** Whether what follows is little-endian: each variant says it for itself. */
function readByteOrder(cursor: Cursor): boolean {
  const order = cursor.u8();
  if (order > 1) throw cursor.malformed(`byte order ${order}, known are 0 and 1`, cursor.position - 1);
  return order === 1;
}

function readVariant(cursor: Cursor): Variant {
  const littleEndian = readByteOrder(cursor);
  const number = cursor.u8();
  const type = variantTypes[number];
  if (type === undefined) throw cursor.malformed(`type ${number}, known are 0 to ${variantTypes.length - 1}`, cursor.position - 1);
  const dimensions = cursor.u64(littleEndian);
  if (4 * dimensions > cursor.left) throw cursor.malformed(`${dimensions} dimensions are declared, ${cursor.left} bytes are left`);
  const shape = Array.from({ length: dimensions }, () => cursor.u32(littleEndian));
  const size = shape.includes(0) ? 0 : shape.reduce((product, side) => product * side, 1);
  switch (type) {
    case "none":
      return { type, shape, data: [] };
    case "bool":
      return { type, shape, data: Array.from(cursor.take(size), (byte) => byte !== 0) };
    case "string":
      return { type, shape, data: readText(cursor, size, littleEndian) };
    default:
      return { type, shape, data: readNumbers(cursor, type, size, littleEndian) } as Variant; // The data are of that type by the table.
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function readText(cursor: Cursor, count: number, littleEndian: boolean): readonly string[] {
  if (8 * count > cursor.left) throw cursor.malformed(`${count} texts are declared, ${cursor.left} bytes are left`);
  return Array.from({ length: count }, () => {
    const bytes = cursor.take(cursor.u64(littleEndian));
    try {
      return utf8.decode(bytes);
    } catch {
      throw cursor.malformed("text that is not UTF-8", cursor.position - bytes.length);
    }
  });
}

const native = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function readNumbers(cursor: Cursor, type: NumericType, size: number, littleEndian: boolean) {
  const width = numericArrays[type].BYTES_PER_ELEMENT;
  const copy = cursor.take(size * width).slice();
  if (littleEndian !== native && width > 1) {
    for (let start = 0; start < copy.length; start += width) copy.subarray(start, start + width).reverse();
  }
  return new numericArrays[type](copy.buffer);
}
