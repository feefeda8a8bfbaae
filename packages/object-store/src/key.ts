import { sondeError } from "@sonde/core/bytes";
import type { ListOptions } from "./store.js";

/** The order of S3's listings: that of the UTF-8 bytes, which is that of the code points. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    // Surrogates stand for code points past U+FFFF, but lie below U+E000.
    if (left !== right) return isSurrogate(left) === isSurrogate(right) ? left - right : isSurrogate(left) ? 1 : -1;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** Keys as a path of a URL: everything but unreserved characters and "/" is escaped (RFC 3986, 2.3). */
export function encodeKey(key: string): string {
  for (const segment of checkedKey(key).split("/")) {
    if (segment === "." || segment === "..") {
      throw badKey(key, 'has a segment "." or "..", which every URL parser resolves away: no HTTP client can ask for it');
    }
  }
  return encodeText(key).replaceAll("%2F", "/");
}

/** Text as SigV4 wants it in paths and queries: space is %20, and !'()* are escaped too. */
export function encodeText(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * The segments of a key below a folder. Refused is whatever could mean another place there or in a tool that decodes names once more:
 * empty segments, "." and "..", separators and dots that are percent-encoded, NUL, and backslashes.
 */
export function folderSegments(key: string): readonly string[] {
  const segments = checkedKey(key).split("/");
  for (const segment of segments) {
    if (segment === "") throw badKey(key, "has an empty segment, which no file name can be");
    if (isUnsafeName(segment)) throw badKey(key, `has the segment ${JSON.stringify(segment)}, which could lead out of the folder`);
  }
  return segments;
}

export function isUnsafeName(name: string): boolean {
  const decoded = name.replace(/%(2e|2f|5c|00)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return decoded === "." || decoded === ".." || /[/\\\0]/.test(decoded);
}

/** A lone half of a surrogate pair has no UTF-8. */
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function checkedKey(key: string): string {
  if (typeof key !== "string" || key === "") throw badKey(String(key), "is empty");
  if (LONE_SURROGATE.test(key)) throw badKey(key, "is no valid Unicode");
  return key;
}

/** Throws `options` for a listing of text that no key can hold. */
export function checkListing(listing: Pick<ListOptions, "prefix" | "delimiter" | "startAfter">): void {
  for (const name of ["prefix", "delimiter", "startAfter"] as const) {
    if (!LONE_SURROGATE.test(listing[name] ?? "")) continue;
    const message = `${name} ${JSON.stringify(listing[name])} is no valid Unicode`;
    throw sondeError("options", `the listing's ${message}`, { issues: [{ path: name, message }] });
  }
}

function badKey(key: string, problem: string) {
  return sondeError("options", `the key ${JSON.stringify(key)} ${problem}`, { issues: [{ path: "key", message: problem }] });
}
