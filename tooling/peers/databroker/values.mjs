import { createHash } from "node:crypto";
import { cellOf, chunksOf } from "@sonde/core";
import { number } from "../lib/exact.mjs";

const dtypes = {
  Uint8Array: "|u1",
  Int8Array: "|i1",
  Uint16Array: "<u2",
  Int16Array: "<i2",
  Uint32Array: "<u4",
  Int32Array: "<i4",
  BigUint64Array: "<u8",
  BigInt64Array: "<i8",
  Float32Array: "<f4",
  Float64Array: "<f8",
};

/** A value of a document or a table as `answers.py` writes it: arrays as lists, keys in order. */
export function cell(value) {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint") return number(value);
  // An array of NumPy, or what a handler read.
  if (typeof value.toNested === "function") return cell(value.toNested());
  if (ArrayBuffer.isView(value)) return Array.from(value, cell);
  if (Array.isArray(value)) return value.map(cell);
  if (ArrayBuffer.isView(value.data) && Array.isArray(value.shape)) return nested(Array.from(value.data, cell), value.shape);
  const entries = Object.entries(value).map(([key, item]) => [key, cell(item)]);
  return { map: entries.sort(([a], [b]) => (codePoints(a) < codePoints(b) ? -1 : 1)) };
}

/** Python sorts by code points, JavaScript by their halves. */
const codePoints = (text) => Array.from(text, (character) => character.codePointAt(0).toString(16).padStart(6, "0")).join();

export function nested(flat, [length, ...rest]) {
  if (length === undefined) return flat[0];
  if (rest.length === 0) return flat;
  const each = flat.length / (length || 1);
  return Array.from({ length }, (_, k) => nested(flat.slice(k * each, (k + 1) * each), rest));
}

export function digest({ shape, data }) {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [[...shape], dtypes[data.constructor.name], createHash("sha256").update(bytes).digest("hex")];
}

/** Rows of a table; nanoseconds as text. `shapes` gives columns of flattened arrays their dimensions back. */
export function table(found, shapes) {
  const names = found.schema.fields.map(({ name }) => name).filter((name) => name !== "seq_num");
  const cells = (name) => chunksOf(found, name).flatMap((data) => Array.from({ length: data.length }, (_, row) => cellOf(data, row)));
  const columns = names.map((name) => {
    if (name === "time") return [name, cells(name).map(String)];
    return [name, cells(name).map((value) => shaped(cell(value), shapes.get(name)))];
  });
  return { seq_num: cells("seq_num").map(Number), names, columns: Object.fromEntries(columns) };
}

function shaped(value, shape) {
  const flat = Array.isArray(value) && shape !== undefined && shape.length > 1 && !Array.isArray(value[0]);
  return flat ? nested(value, shape) : value;
}
