import type { Dtype } from "./dtype.js";

/** One character a byte (Latin-1, so nothing is lost), without the NULs at the end, as NumPy drops them. */
export function byteString(bytes: Uint8Array): string {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  let result = "";
  for (let k = 0; k < end; k++) result += String.fromCharCode(bytes[k] as number); // in bounds
  return result;
}

/** UCS-4 without the NULs at the end; {@link textIsText} has seen that every code point is one. */
export function wideString(bytes: Uint8Array, bigEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length;
  while (end > 0 && view.getUint32(end - 4) === 0) end -= 4;
  let result = "";
  for (let at = 0; at < end; at += 4) result += String.fromCodePoint(view.getUint32(at, !bigEndian));
  return result;
}

/** Whether everything that `dtype` calls text (UCS-4) is made of code points. Visits nothing where there is no text. */
export function textIsText(dtype: Dtype, bytes: Uint8Array): boolean {
  if (!holdsText(dtype) || dtype.itemsize === 0) return true;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; at += dtype.itemsize) if (!elementIsText(dtype, view, at)) return false;
  return true;
}

function elementIsText(dtype: Dtype, view: DataView, start: number): boolean {
  if (dtype.kind === "U") {
    for (let at = start; at < start + dtype.itemsize; at += 4) if (view.getUint32(at, !dtype.bigEndian) > 0x10ffff) return false;
    return true;
  }
  if (dtype.kind !== "struct") return true;
  for (const { type, shape, offset } of dtype.fields) {
    if (!holdsText(type)) continue;
    const count = shape.reduce((product, size) => product * size, 1);
    for (let k = 0; k < count; k++) if (!elementIsText(type, view, start + offset + k * type.itemsize)) return false;
  }
  return true;
}

function holdsText(dtype: Dtype): boolean {
  return dtype.kind === "U" || (dtype.kind === "struct" && dtype.fields.some((field) => holdsText(field.type)));
}
