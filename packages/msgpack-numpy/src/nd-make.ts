import { type Descr, type Dtype, elements, parseDtype, safe } from "./dtype.js";
import { NdArray } from "./nd-array.js";
import type { TypedArray } from "./nd-data.js";
import { textIsText } from "./nd-text.js";
import { refused } from "./options.js";

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** NumPy's type for each kind of typed array, and the types whose numbers they hold as well. */
const kinds: { readonly [tag: string]: readonly string[] } = {
  Int8Array: ["i1"],
  Uint8Array: ["u1", "b1"],
  Uint8ClampedArray: ["u1"],
  Int16Array: ["i2"],
  Uint16Array: ["u2"],
  Int32Array: ["i4"],
  Uint32Array: ["u4"],
  Float16Array: ["f2"],
  Float32Array: ["f4", "c8"],
  Float64Array: ["f8", "c16"],
  BigInt64Array: ["i8", "M8", "m8"],
  BigUint64Array: ["u8"],
};

/**
 * A NumPy array of numbers, booleans or text. `shape` defaults to one dimension, `dtype` to the data's own ("<f4", "|b1", "<U5"); it may be
 * another that holds the same numbers: "<M8[ns]" over BigInt64Array, "<c16" over Float64Array (real and imaginary parts in turn), ">f4".
 * The data are copied. Rejects with `options` where they don't fit.
 *
 * @example
 * ```ts
 * ndArray(Float32Array.of(1, 2, 3, 4), { shape: [2, 2] }).toString(); // "[[1. 2.]\n [3. 4.]]"
 * ```
 */
export function ndArray(
  data: TypedArray | ArrayBufferView | readonly boolean[] | readonly string[],
  options: { readonly shape?: readonly number[]; readonly dtype?: string } = {},
): NdArray {
  if (ArrayBuffer.isView(data)) return fromTyped(data, options);
  if (!Array.isArray(data)) throw refused("data", "is neither a typed array nor a list of booleans or text");
  const items: readonly unknown[] = data;
  if (items.every((item) => typeof item === "string") && (items.length > 0 || options.dtype?.includes("U") === true)) {
    return fromTexts(items, options);
  }
  if (items.every((item) => typeof item === "boolean")) {
    return fromTyped(Uint8Array.from(items, Number), { shape: [items.length], dtype: "|b1", ...options });
  }
  throw refused("data", "mixes types: give booleans only, or text only");
}

/**
 * A NumPy array of any type from its bytes in C order: `descr` is NumPy's `dtype.descr`, "<f2" or `[["x", "<f8"], ["y", "<i4"]]`.
 * The bytes are copied. Rejects with `options` where their number is not that of the shape.
 */
export function ndArrayFromBytes(bytes: Uint8Array, descr: Descr, shape: readonly number[]): NdArray {
  return make(dtypeOf(descr), shape, bytes.slice());
}

function fromTyped(data: ArrayBufferView, { shape, dtype }: { readonly shape?: readonly number[]; readonly dtype?: string }): NdArray {
  // Every typed array has a tag with the name of its constructor; a DataView has another.
  const allowed = kinds[String((data as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag])];
  if (allowed === undefined) throw refused("data", "is no typed array that NumPy knows");
  const type = dtypeOf(dtype ?? `<${allowed[0]}`);
  if (type.kind === "struct" || !allowed.includes(type.text.slice(1).replace(/\[.*/, ""))) {
    throw refused("dtype", `${JSON.stringify(dtype)} does not hold the numbers of this array: ${allowed.join(", ")} do`);
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  const part = type.kind === "c" ? type.itemsize / 2 : type.itemsize;
  if (part > 1 && type.bigEndian === littleEndian) for (let at = 0; at < bytes.length; at += part) bytes.subarray(at, at + part).reverse();
  return make(type, shape ?? [Math.floor(bytes.length / type.itemsize)], bytes);
}

function fromTexts(items: readonly string[], { shape, dtype }: { readonly shape?: readonly number[]; readonly dtype?: string }): NdArray {
  const points = items.map((item) => Array.from(item, (character) => character.codePointAt(0) ?? 0));
  const longest = points.reduce((most, item) => Math.max(most, item.length), 1);
  const type = dtypeOf(dtype ?? `<U${longest}`);
  if (type.kind !== "U" || type.itemsize < longest * 4)
    throw refused("dtype", `${JSON.stringify(dtype)} does not hold ${longest} characters: <U${longest} does`);
  const bytes = new Uint8Array(items.length * type.itemsize);
  const view = new DataView(bytes.buffer);
  points.forEach((item, row) => {
    item.forEach((point, k) => {
      view.setUint32(row * type.itemsize + k * 4, point, !type.bigEndian);
    });
  });
  return make(type, shape ?? [items.length], bytes);
}

function dtypeOf(descr: Descr): Dtype {
  let type: ReturnType<typeof parseDtype>;
  try {
    type = parseDtype(descr, 0);
  } catch {
    throw refused("dtype", `${JSON.stringify(descr).slice(0, 200)} is not a NumPy type`);
  }
  if (type.kind === "unreadable") throw refused("dtype", `can't be written: ${type.reason}`);
  return type;
}

function make(type: Dtype, shape: readonly number[], bytes: Uint8Array): NdArray {
  if (shape.some((length) => !Number.isSafeInteger(length) || length < 0)) throw refused("shape", `(${shape.join(", ")}) is no shape`);
  const length = safe(elements(shape, 0) * type.itemsize, 0);
  if (length !== bytes.length) throw refused("shape", `(${shape.join(", ")}) takes ${length} bytes, the data are ${bytes.length}`);
  if (!textIsText(type, bytes)) throw refused("bytes", "hold what is no code point");
  return new NdArray(type, [...shape], bytes);
}
