import { fromFile } from "#platform";
import { sondeError } from "../errors.js";
import { fromBlob } from "./blob.js";
import { fromBytes } from "./memory.js";
import type { ByteSource, FileOptions } from "./source.js";
import { fromUrl, type UrlOptions } from "./url.js";

/** What names or holds a file. Text is a path, or a URL where it begins with `http:`, `https:` or `file:`. */
export type BytesInput = string | URL | Blob | Uint8Array | ArrayBuffer | ByteSource;

/** The schemes that can't be read here, told from `C:\data.h5` by their length. */
const FOREIGN_SCHEME = /^[a-z][a-z0-9+.-]+:\/\//i;

/**
 * Opens whatever a user has: a path, a URL, a `File`, bytes, or a source, which is handed on as it is. Who opens closes.
 *
 * @example
 * ```ts
 * const source = await openBytes("https://example.org/data/run-7.h5");
 * const header = await source.read({ start: 0, end: 8 }, { signal });
 * await source.close();
 * ```
 */
export async function openBytes(input: BytesInput, options: UrlOptions & FileOptions = {}): Promise<ByteSource> {
  options.signal?.throwIfAborted();
  if (typeof input === "string") return openText(input, options);
  if (input instanceof URL) return openText(input.href, options);
  if (input instanceof Uint8Array || input instanceof ArrayBuffer) return fromBytes(input);
  if (input instanceof Blob) return fromBlob(input);
  if (typeof input?.read === "function" && typeof input.size === "function") return input;
  throw invalid("a path, a URL, a Blob, bytes or a byte source is needed to read from");
}

async function openText(text: string, options: UrlOptions & FileOptions): Promise<ByteSource> {
  if (text === "") throw invalid("the path is empty: name a file or URL");
  if (/^https?:/i.test(text)) return fromUrl(text, options);
  if (/^file:/i.test(text)) return fromFile(URL.canParse(text) ? new URL(text) : text, options);
  const scheme = FOREIGN_SCHEME.exec(text)?.[0];
  if (scheme === undefined) return fromFile(text, options);
  throw sondeError("unsupported", `${scheme} can't be opened here: pass a path, an http(s) URL, or a byte source for that store`, {
    what: scheme,
  });
}

function invalid(message: string) {
  return sondeError("options", message, { issues: [{ path: "input", message }] });
}
