import { failure, refused } from "./errors.js";

/** What one blob may ask for. Every bound is checked before memory is taken. */
export interface DecodeLimits {
  /** Length of the blob in bytes; 1 GiB by default. */
  readonly maxBytes?: number;
  /** Values of all subbands (or of all variants) together; 2^27 by default, which take 512 MiB where all of them are asked for. */
  readonly maxValues?: number;
}

export interface DecodeOptions {
  readonly limits?: DecodeLimits;
}

export type Limits = Required<DecodeLimits>;

const defaults: Limits = { maxBytes: 2 ** 30, maxValues: 2 ** 27 };

export function limitsOf(options: DecodeOptions | undefined): Limits {
  const given = options?.limits;
  const limits = { maxBytes: given?.maxBytes ?? defaults.maxBytes, maxValues: given?.maxValues ?? defaults.maxValues };
  for (const [path, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 0) throw refused(`limits.${path}`, "is not a whole number");
  }
  return limits;
}

export function checkLimit(what: string, asked: number, allowed: number, option: keyof DecodeLimits): void {
  if (asked > allowed) {
    throw failure("limit", `${asked} ${what}, ${allowed} are allowed: raise \`limits.${option}\` if the sender is trusted`, {
      what,
      asked,
      allowed,
      option: `limits.${option}`,
    });
  }
}

/** Plain and unshared: views of a `Buffer` would be Buffers, and shared memory could change under the checks. */
export function ownedBytes(bytes: Uint8Array, { maxBytes }: Limits): Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw refused("bytes", "is not a Uint8Array");
  checkLimit("bytes", bytes.length, maxBytes, "maxBytes");
  if (typeof SharedArrayBuffer !== "undefined" && bytes.buffer instanceof SharedArrayBuffer) return new Uint8Array(bytes);
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
