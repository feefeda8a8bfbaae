/** Bytes of hexadecimal digits; spaces are for the reader. */
export function hex(digits: string): Uint8Array {
  const pairs = digits.replaceAll(" ", "").match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}

export const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** What `action` throws: its code and details where it is an error of Sonde, else the error itself. */
export function thrown(action: () => unknown): { readonly [detail: string]: unknown } {
  try {
    action();
  } catch (error) {
    if (error instanceof Error && Symbol.for("sonde.error") in error) return { ...error, message: error.message };
    throw error;
  }
  throw new Error("nothing was thrown");
}

const ascii = (text: string) => Array.from(text, (character) => character.charCodeAt(0));
const bin = (bytes: readonly number[]) => [0xc4, bytes.length, ...bytes];
const str = (text: string) => [0xa0 | text.length, ...ascii(text)];

/** What msgpack-numpy writes for an array of a plain type, with at most 15 dimensions below 128 and 255 bytes. */
export function ndMessage(type: string, shape: readonly number[], data: readonly number[]): Uint8Array {
  return Uint8Array.from([
    0x85,
    ...bin(ascii("nd")),
    0xc3,
    ...bin(ascii("type")),
    ...str(type),
    ...bin(ascii("kind")),
    ...bin([]),
    ...bin(ascii("shape")),
    0x90 | shape.length,
    ...shape,
    ...bin(ascii("data")),
    ...bin(data),
  ]);
}
