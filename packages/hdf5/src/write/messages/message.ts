import { Encoder, rounded } from "../encoder.js";

/** Types of the object header messages written here: HDF5 File Format Specification 3.0, IV.A.2. */
export const messageType = {
  nil: 0x00,
  dataspace: 0x01,
  datatype: 0x03,
  fillValue: 0x05,
  layout: 0x08,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
} as const;

export type MessageType = (typeof messageType)[keyof typeof messageType];
export type Message = { readonly type: MessageType; readonly body: Uint8Array };

/** Before the body of every message of a version 1 header. */
export const messagePrefixSize = 8;
/** The size of a body has 16 bits, and is a multiple of 8. */
export const largestBody = 0xfff8;

export const messageSize = (message: Message): number => messagePrefixSize + rounded(message.body.length, 8);

/** Datatypes and fill values never change once written, which flag 0 says. */
export function encodeMessage({ type, body }: Message): Uint8Array {
  const constant = type === messageType.datatype || type === messageType.fillValue;
  return new Encoder()
    .u16(type)
    .u16(rounded(body.length, 8))
    .u8(constant ? 1 : 0)
    .zeros(3)
    .bytes(body)
    .align(8)
    .finish();
}
