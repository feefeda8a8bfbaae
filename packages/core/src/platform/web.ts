import type { FileOptions, FileSource } from "../bytes/source.js";
import { sondeError } from "../errors.js";

/** Browsers open no paths. */
export async function fromFile(path: string | URL, _options: FileOptions = {}): Promise<FileSource> {
  throw sondeError("unsupported", `a browser can't open the path ${String(path)}: pass a File (from a file input), a URL or the bytes`, {
    what: "local paths",
  });
}

/** A path as a `file:` URL, for connectors to look at; nothing here can open it. */
export function fileUrl(path: string): URL {
  return new URL(`file:///${path.split("/").map(encodeURIComponent).join("/")}`);
}
