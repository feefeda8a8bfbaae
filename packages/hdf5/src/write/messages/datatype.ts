import type { Datatype } from "../datatype.js";
import { Encoder, rounded } from "../encoder.js";

/** Class numbers of HDF5 File Format Specification 3.0, IV.A.2.d. */
const classes = { integer: 0, float: 1, string: 3, bitfield: 4, opaque: 5, compound: 6, array: 10 } as const;

/** Version 1, but version 2 for compounds and arrays: version 1 has no array type. */
export function encodeDatatype(type: Datatype): Uint8Array {
  switch (type.kind) {
    case "integer":
      return prefix(type, 1, (type.bigEndian ? 1 : 0) | (type.signed ? 8 : 0))
        .u16(0)
        .u16(8 * type.size)
        .finish();
    case "float":
      return encodeFloat(type);
    case "string":
      return prefix(type, 1, type.charset === "utf-8" ? 0x10 : 0).finish();
    case "bitfield":
      return prefix(type, 1, 0)
        .u16(0)
        .u16(8 * type.size)
        .finish();
    case "opaque":
      return prefix(type, 1, rounded(type.tag.length, 8)).ascii(type.tag).align(8).finish();
    case "compound": {
      const body = prefix(type, 2, type.members.length);
      for (const member of type.members) {
        // Padded by its own length, wherever it begins.
        const name = new Encoder().ascii(member.name).u8(0).align(8).finish();
        body.bytes(name).u32(member.offset).bytes(encodeDatatype(member.type));
      }
      return body.finish();
    }
    case "array": {
      const body = prefix(type, 2, 0).u8(type.shape.length).zeros(3);
      for (const side of type.shape) body.u32(side);
      // The permutation of dimensions was never used.
      return body
        .zeros(4 * type.shape.length)
        .bytes(encodeDatatype(type.element))
        .finish();
    }
  }
}

function prefix(type: Datatype, version: number, bits: number): Encoder {
  return new Encoder()
    .u8((version << 4) | classes[type.kind])
    .u8(bits & 0xff)
    .u8(bits >> 8)
    .u8(0)
    .u32(type.size);
}

/** IEEE 754: normalised with an implied leading bit (0x20), sign in the topmost bit. */
function encodeFloat(type: Extract<Datatype, { kind: "float" }>): Uint8Array {
  const [exponent, mantissa, bias] = type.size === 8 ? [11, 52, 1023] : [8, 23, 127];
  const sign = 8 * type.size - 1;
  return prefix(type, 1, 0x20 | (type.bigEndian ? 1 : 0) | (sign << 8))
    .u16(0)
    .u16(8 * type.size)
    .u8(mantissa)
    .u8(exponent)
    .u8(0)
    .u8(mantissa)
    .u32(bias)
    .finish();
}
