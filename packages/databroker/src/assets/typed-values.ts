import { sondeError } from "@sonde/core/bytes";
import { ndArrayFromBytes } from "@sonde/msgpack-numpy";
import type { Values } from "./box.js";

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

type Kind = { new (buffer: ArrayBufferLike, offset: number, length: number): Values; readonly BYTES_PER_ELEMENT: number };

/** What lies in memory as this machine has it already: nothing to convert. */
const asTheyLie: { readonly [dtype: string]: Kind } = {
  "|b1": Uint8Array,
  "|u1": Uint8Array,
  "|i1": Int8Array,
  "<u2": Uint16Array,
  "<i2": Int16Array,
  "<u4": Uint32Array,
  "<i4": Int32Array,
  "<u8": BigUint64Array,
  "<i8": BigInt64Array,
  "<f4": Float32Array,
  "<f8": Float64Array,
};

/** Bytes of one element of a NumPy type of numbers or booleans ("<u2"); undefined for text, dates, complex, structured and object types. */
export function itemSize(dtype: string): number | undefined {
  const [, kind = "", digits = ""] = /^[<>|=]?([biuf])([1248])$/.exec(dtype) ?? [];
  const size = Number(digits);
  if (kind === "" || (kind === "b" && size !== 1) || (kind === "f" && size === 1)) return undefined;
  return size;
}

/** Numbers out of their bytes: a view where they lie as this machine has them, else a copy. Booleans are 0 and 1, half floats widen. */
export function valuesOf(dtype: string, bytes: Uint8Array, what: string): Values {
  const size = itemSize(dtype);
  if (size === undefined) {
    throw sondeError(
      "unsupported",
      `${what} holds values of type ${JSON.stringify(dtype.slice(0, 80))}, which are no numbers: read the file itself`,
      {
        what: "arrays that are not of numbers",
      },
    );
  }
  const Kind = littleEndian ? asTheyLie[size === 1 ? `|${dtype.slice(-2)}` : dtype.replace("=", "<")] : undefined;
  if (Kind !== undefined && bytes.byteOffset % size === 0) return new Kind(bytes.buffer, bytes.byteOffset, bytes.length / size);
  // Of numbers it is a typed array.
  return ndArrayFromBytes(bytes, dtype, [bytes.length / size]).data as Values;
}
