import { sondeError } from "@sonde/core/bytes";

/** How one element is stored. `size` is in bytes. */
export type Datatype =
  | { readonly kind: "integer"; readonly size: number; readonly signed: boolean; readonly bigEndian: boolean }
  | { readonly kind: "float"; readonly size: 4 | 8; readonly bigEndian: boolean }
  | { readonly kind: "string"; readonly size: number; readonly charset: "ascii" | "utf-8" }
  | { readonly kind: "bitfield"; readonly size: number }
  | { readonly kind: "opaque"; readonly size: number; readonly tag: string }
  | { readonly kind: "compound"; readonly size: number; readonly members: readonly CompoundMember[] }
  | { readonly kind: "array"; readonly size: number; readonly shape: readonly number[]; readonly element: Datatype };

/** `offset` is in bytes from the start of the element. */
export type CompoundMember = { readonly name: string; readonly offset: number; readonly type: Datatype };

export type ByteOrder = { readonly bigEndian?: boolean };

/** A signed integer of 1 to 8 bytes, little-endian unless said otherwise. */
export function int(size: number, order: ByteOrder = {}): Datatype {
  return { kind: "integer", size: within("an integer's bytes", size, 8), signed: true, bigEndian: order.bigEndian === true };
}

/** An unsigned integer of 1 to 8 bytes, little-endian unless said otherwise. */
export function uint(size: number, order: ByteOrder = {}): Datatype {
  return { kind: "integer", size: within("an integer's bytes", size, 8), signed: false, bigEndian: order.bigEndian === true };
}

/** IEEE 754, 4 or 8 bytes, little-endian unless said otherwise. */
export function float(size: 4 | 8, order: ByteOrder = {}): Datatype {
  if (size !== 4 && size !== 8) throw sondeError("options", `a float of ${size} bytes can't be written: use 4 or 8`, {});
  return { kind: "float", size, bigEndian: order.bigEndian === true };
}

/** Text of a fixed number of bytes, padded by NUL. */
export function string(size: number, charset: "ascii" | "utf-8" = "utf-8"): Datatype {
  return { kind: "string", size: within("a string's bytes", size, largestElement), charset };
}

/** Bits; PyTables keeps a bool in one byte of them. */
export function bitfield(size = 1): Datatype {
  return { kind: "bitfield", size: within("a bitfield's bytes", size, 8) };
}

/** Bytes without meaning to HDF5; `tag` is ASCII and says what they are. */
export function opaque(size: number, tag = ""): Datatype {
  for (const character of tag)
    if (character < " " || character > "~")
      throw sondeError("options", `the tag of opaque bytes must be printable ASCII: '${tag}' is not`, {});
  if (tag.length > 240) throw sondeError("options", `the tag of opaque bytes is ${tag.length} characters long: give at most 240`, {});
  return { kind: "opaque", size: within("the bytes of an opaque type", size, largestElement), tag };
}

/** Members one after another without padding, in the order given. */
export function compound(members: readonly { readonly name: string; readonly type: Datatype }[]): Datatype {
  const names = new Set<string>();
  let size = 0;
  const placed = members.map(({ name, type }) => {
    if (name === "" || name.includes("\0") || names.has(name))
      throw sondeError("options", `member '${name}' of a compound type: names must be unique, not empty, without NUL`, {});
    names.add(name);
    const offset = size;
    size += type.size;
    return { name, offset, type };
  });
  within("the members of a compound type", placed.length, 0xffff);
  return { kind: "compound", size: within("a compound type's bytes", size, largestElement), members: placed };
}

/** A fixed number of elements in every cell, last dimension fastest. */
export function array(element: Datatype, shape: readonly number[]): Datatype {
  within("an array type's dimensions", shape.length, 32);
  const count = shape.reduce((product, side) => product * within("a side of an array type", side, largestElement), 1);
  return { kind: "array", size: within("an array type's bytes", count * element.size, largestElement), shape: [...shape], element };
}

/** Sizes are 32-bit in the file. */
const largestElement = 0xffff_ffff;

function within(what: string, value: number, most: number): number {
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw sondeError("options", `${what}: ${value} is not a whole number from 1 to ${most}`, {});
  return value;
}
