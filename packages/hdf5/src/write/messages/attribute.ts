import { sondeError } from "@sonde/core/bytes";
import type { AttributeValue } from "../attribute.js";
import { Encoder } from "../encoder.js";
import { encodeDataspace, nullDataspace } from "./dataspace.js";
import { encodeDatatype } from "./datatype.js";
import { largestBody } from "./message.js";

/** `valueOffset` is where the value starts in `body`. */
export type EncodedAttribute = { readonly body: Uint8Array; readonly valueOffset: number };

/**
 * Version 1, each part padded to 8 bytes, or version 3, unpadded and with a character set, where the name is not ASCII.
 * HDF5 File Format Specification 3.0, IV.A.2.m. `path` is for the message of a refusal.
 */
export function encodeAttribute(path: string, name: string, { type, shape, bytes }: AttributeValue): EncodedAttribute {
  if (name === "" || name.includes("\0"))
    throw sondeError("options", `attribute '${name}' of ${path}: a name can't be empty or hold NUL`, {});
  const encodedName = new TextEncoder().encode(name);
  const datatype = encodeDatatype(type);
  const dataspace = shape === null ? nullDataspace() : encodeDataspace(shape);
  const ascii = encodedName.length === name.length;
  const unit = ascii ? 8 : 1;
  const asked = 16 + encodedName.length + datatype.length + dataspace.length + bytes.length;
  if (asked > largestBody - 32) {
    const message = `attribute '${name}' of ${path} takes ${asked} bytes: HDF5 keeps attributes in the object's header only up to 64 KiB, so store it as a dataset`;
    throw sondeError("limit", message, { what: "bytes of an attribute", asked, allowed: largestBody - 32 });
  }
  const body = new Encoder()
    .u8(ascii ? 1 : 3)
    .u8(0)
    .u16(encodedName.length + 1)
    .u16(datatype.length)
    .u16(dataspace.length);
  if (!ascii) body.u8(1);
  body.bytes(encodedName).u8(0).align(unit).bytes(datatype).align(unit).bytes(dataspace).align(unit);
  const valueOffset = body.length;
  return { body: body.bytes(bytes).finish(), valueOffset };
}
