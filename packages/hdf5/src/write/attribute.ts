import { sondeError } from "@sonde/core/bytes";
import { bitfield, type Datatype, float, int, string, uint } from "./datatype.js";

/** A small value on a group or dataset. `shape`: `[]` is a scalar, null holds nothing (HDF5's null dataspace). */
export type AttributeValue = { readonly type: Datatype; readonly shape: readonly number[] | null; readonly bytes: Uint8Array };
export type Attributes = { readonly [name: string]: AttributeValue };

/** Makers of attribute values in the encodings that PyTables writes and understands. */
export const attribute = {
  /** UTF-8 text. "" becomes a null dataspace of one byte, as PyTables writes it, since HDF5 has no string of size zero. */
  text(value: string): AttributeValue {
    return fixedString(new TextEncoder().encode(value), "utf-8");
  },
  /** Bytes declared ASCII, stored as they are: PyTables takes those that end in "." for a pickle. */
  ascii(bytes: Uint8Array): AttributeValue {
    return fixedString(bytes, "ascii");
  },
  /** A scalar, or one dimension of them. */
  int64(value: Whole | readonly Whole[]): AttributeValue {
    return numbers(int(8), value, (view, at, one) => view.setBigInt64(at, whole(one, -(2n ** 63n), 2n ** 63n - 1n), true));
  },
  uint64(value: Whole | readonly Whole[]): AttributeValue {
    return numbers(uint(8), value, (view, at, one) => view.setBigUint64(at, whole(one, 0n, 2n ** 64n - 1n), true));
  },
  int32(value: Whole | readonly Whole[]): AttributeValue {
    return numbers(int(4), value, (view, at, one) => view.setInt32(at, Number(whole(one, -(2n ** 31n), 2n ** 31n - 1n)), true));
  },
  uint8(value: Whole | readonly Whole[]): AttributeValue {
    return numbers(uint(1), value, (view, at, one) => view.setUint8(at, Number(whole(one, 0n, 255n))));
  },
  float64(value: number | readonly number[]): AttributeValue {
    return numbers(float(8), value, (view, at, one) => view.setFloat64(at, one, true));
  },
  float32(value: number | readonly number[]): AttributeValue {
    return numbers(float(4), value, (view, at, one) => view.setFloat32(at, one, true));
  },
  /** One byte of bitfield, as PyTables keeps a bool. */
  bool(value: boolean): AttributeValue {
    return { type: bitfield(1), shape: [], bytes: Uint8Array.of(value ? 1 : 0) };
  },
  /** Any type: packed elements, last dimension fastest. */
  value(type: Datatype, bytes: Uint8Array, shape: readonly number[] = []): AttributeValue {
    const expected = shape.reduce((product, side) => product * side, type.size);
    if (bytes.length !== expected || !shape.every((side) => Number.isSafeInteger(side) && side >= 0))
      throw sondeError(
        "options",
        `an attribute of shape [${shape}] and ${type.size} bytes an element takes ${expected} bytes, not ${bytes.length}`,
        {},
      );
    return { type, shape: [...shape], bytes: bytes.slice() };
  },
};

type Whole = bigint | number;

function fixedString(bytes: Uint8Array, charset: "ascii" | "utf-8"): AttributeValue {
  if (bytes.length === 0) return { type: string(1, charset), shape: null, bytes: new Uint8Array(0) };
  return { type: string(bytes.length, charset), shape: [], bytes: bytes.slice() };
}

function numbers<T extends Whole>(
  type: Datatype,
  value: T | readonly T[],
  put: (view: DataView, at: number, one: T) => void,
): AttributeValue {
  const many = typeof value === "object";
  const list = many ? value : [value];
  const bytes = new Uint8Array(list.length * type.size);
  const view = new DataView(bytes.buffer);
  for (const [index, one] of list.entries()) put(view, index * type.size, one);
  return { type, shape: many ? [list.length] : [], bytes };
}

function whole(value: Whole, least: bigint, most: bigint): bigint {
  if (typeof value === "number" && !Number.isSafeInteger(value))
    throw sondeError("options", `${value} is not a whole number that is held exactly: give a bigint`, {});
  const exact = BigInt(value);
  if (exact < least || exact > most) throw sondeError("options", `${exact} is out of range: ${least} to ${most}`, {});
  return exact;
}
