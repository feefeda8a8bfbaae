import type { FileSource } from "../bytes/source.js";
import { sondeError } from "../errors.js";

/** Browsers open no paths. */
export async function fromFile(path: string | URL): Promise<FileSource> {
  throw sondeError("unsupported", `a browser can't open the path ${String(path)}: pass a File (from a file input), a URL or the bytes`, {
    what: "local paths",
  });
}
