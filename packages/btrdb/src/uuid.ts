import { sondeError } from "@sonde/core";

const form = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return form.test(text);
}

/** The 16 bytes of a uuid, of text with or without dashes. Rejects `options`. */
export function uuidBytes(uuid: string | Uint8Array): Uint8Array {
  if (typeof uuid === "string") {
    if (!isUuid(uuid))
      throw sondeError("options", `'${uuid.slice(0, 64)}' is no uuid: write it like 07d28a44-4991-492d-b9c5-2d8cec5aa6d4`, {});
    const digits = uuid.replaceAll("-", "");
    return Uint8Array.from({ length: 16 }, (_, index) => Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16));
  }
  if (uuid.byteLength !== 16) throw sondeError("options", `a uuid has 16 bytes, not ${uuid.byteLength}`, {});
  return uuid.slice();
}

/** Lower case with dashes, as ids are everywhere. */
export function uuidText(bytes: Uint8Array): string {
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join("-");
}
