import type { Stream } from "@sonde/core";

/**
 * The strong ETag of what an address answers: the version of the stream's data, which with the address says which bytes come. Undefined
 * where the archive gives its data no version.
 */
export async function versionOf(stream: Stream, asked: string | undefined, signal: AbortSignal): Promise<string | undefined> {
  return asked ?? (await stream.describe({ signal })).version;
}

/** Versions are opaque text; an ETag holds few characters. */
export function etagOf(version: string): string {
  return `"${encodeURIComponent(version)}"`;
}

/** RFC 9110, 13.1.2: a list of tags, weak or strong, or `*`. */
export function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  return ifNoneMatch?.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag) ?? false;
}

/** Data asked by version never change; the others are asked for anew, and answered by 304 where they are the same. */
export function cacheHeaders(version: string | undefined, pinned: boolean): { readonly [name: string]: string } {
  if (version === undefined) return { "cache-control": "no-store" };
  return { etag: etagOf(version), "cache-control": pinned ? "private, max-age=31536000, immutable" : "private, no-cache" };
}
