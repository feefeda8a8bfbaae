import { Cursor } from "./cursor.js";
import { readExact } from "./decode-exact.js";
import { readValue } from "./decode-value.js";
import { malformed } from "./errors.js";
import type { Exact } from "./exact.js";
import { type DecodeLimits, type DecodeOptions, limitsOf } from "./options.js";
import type { Value } from "./values.js";

/**
 * Reads one message, all of it. Nothing in it is executed or built but the values of {@link Value}; it rejects with `format` where the bytes
 * are damaged, go on after the value, or hold text that is not UTF-8, and with `limit` where they declare more than the options allow.
 * Bytes (MessagePack's bin) are views of the message; NumPy's arrays are copies.
 *
 * With `exact` the result says how every value was written, and `encode` gives the same bytes again.
 *
 * @example
 * ```ts
 * decode(Uint8Array.of(0x82, 0xa1, 0x61, 0x01, 0xa1, 0x62, 0xc0)); // { a: 1, b: null }
 * ```
 */
export function decode(bytes: Uint8Array, options: DecodeLimits & { readonly exact: true }): Exact;
export function decode(bytes: Uint8Array, options?: DecodeOptions & { readonly exact?: false }): Value;
export function decode(bytes: Uint8Array, options?: DecodeOptions & { readonly exact?: boolean }): Value | Exact {
  const cursor = new Cursor(bytes, limitsOf(options), options?.utf8);
  const value = options?.exact === true ? readExact(cursor, 0) : readValue(cursor, options?.numpy !== false, 0);
  const left = cursor.bytes.length - cursor.position;
  if (left > 0) throw malformed(`${left} bytes follow the message`, cursor.position);
  return value;
}
