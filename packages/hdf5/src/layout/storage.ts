import { isBigEndian, isMixed } from "../byte-order.js";
import type { Description } from "../description.js";
import type { DataType } from "../types.js";
import type { Storage } from "../worker/storage.js";

/** Rows of contiguous data are taken for a chunk up to this size; longer rows are each one, so that little is read between parts of them. */
const contiguousChunkBytes = 1 << 22;
const longRowBytes = 1 << 16;

/** The chunks of a dataset, whole ones also at its edges; contiguous data is cut into such. A scalar is one chunk of no dimension. */
export type Geometry = {
  readonly shape: readonly number[];
  readonly sides: readonly number[];
  readonly valueBytes: number;
};

/** Whether the bytes in the file are those that HDF5 would hand over: no filters, and nothing to convert or to follow. */
export function isStoredAsRead({ shape, filters, refusal, type }: Description): boolean {
  const isLittleEndian = !isBigEndian(type) && !isMixed(type);
  return shape !== null && filters.length === 0 && refusal === undefined && type.bytes > 0 && isLittleEndian && isPlain(type);
}

function isPlain(type: DataType): boolean {
  switch (type.kind) {
    case "integer":
    case "float":
    case "bitfield":
    case "opaque":
      return true;
    case "string":
      return !type.variable;
    case "enum":
    case "array":
      return isPlain(type.of);
    case "compound":
      return type.fields.every((field) => isPlain(field.type));
    default:
      return false;
  }
}

/** Undefined where the layout in the file is not that which HDF5 told. */
export function geometryOf({ shape, chunks, type }: Description, storage: Storage): Geometry | undefined {
  if (shape === null) return undefined;
  if (storage.kind === "contiguous") {
    const expected = shape.reduce((product, length) => product * BigInt(length), BigInt(type.bytes));
    if (chunks !== null || expected !== BigInt(storage.bytes)) return undefined;
    const [, ...inner] = shape;
    const rowBytes = inner.reduce((product, length) => product * length, type.bytes);
    const rows = rowBytes > longRowBytes ? 1 : Math.floor(contiguousChunkBytes / Math.max(1, rowBytes));
    return { shape, sides: shape.length === 0 ? [] : [rows, ...inner], valueBytes: type.bytes };
  }
  const { sides, valueBytes } = storage;
  const isTold = valueBytes === type.bytes && sides.length === shape.length && sides.every((side, k) => side === chunks?.[k]);
  return isTold ? { shape, sides, valueBytes } : undefined;
}
