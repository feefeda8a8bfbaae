import type { DataType } from "./types.js";

/** Orders of the numbers inside a type; strings and opaque bytes have none. */
function orders(type: DataType, found = new Set<"little" | "big">()): Set<"little" | "big"> {
  switch (type.kind) {
    case "integer":
    case "float":
    case "bitfield":
    case "time":
      return found.add(type.bigEndian ? "big" : "little");
    case "enum":
    case "array":
    case "variable-length":
      return orders(type.of, found);
    case "compound":
      for (const field of type.fields) orders(field.type, found);
      return found;
    default:
      return found;
  }
}

/** HDF5 turns values that are big endian throughout; a compound of both orders it hands over as stored. */
export const isMixed = (type: DataType): boolean => orders(type).size === 2;
export const isBigEndian = (type: DataType): boolean => orders(type).has("big") && !isMixed(type);

/** Turns the big-endian numbers of values that lie `stride` apart, in place. */
export function toLittleEndian(type: DataType, bytes: Uint8Array, offset = 0, stride = type.bytes): void {
  if (!orders(type).has("big")) return;
  switch (type.kind) {
    case "compound":
      for (const field of type.fields) toLittleEndian(field.type, bytes, offset + field.offset, stride);
      return;
    case "array":
      for (let at = 0; at + type.of.bytes <= type.bytes && type.of.bytes > 0; at += type.of.bytes)
        toLittleEndian(type.of, bytes, offset + at, stride);
      return;
    default:
      for (let at = offset; at + type.bytes <= bytes.length; at += stride) bytes.subarray(at, at + type.bytes).reverse();
  }
}
