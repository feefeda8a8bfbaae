import type { TimeRange } from "@sonde/core";
import { type Archive, clamp, type EfdFile } from "./archive.js";
import { readFileName } from "./file-name.js";

/**
 * The files that can hold rows of a half-open range, in the order of their folders, then of their names: from the folder of its start up to that
 * of its end and the lateness. Asks page by page as the loop goes on, and no page past the last folder.
 */
export async function* filesOf(
  archive: Archive,
  topic: string,
  range: TimeRange | undefined,
  options: { readonly signal: AbortSignal },
): AsyncGenerator<EfdFile, void, undefined> {
  options.signal.throwIfAborted();
  if (range !== undefined && range.start >= range.end) return;
  const { store, base, format, lateness } = archive;
  const folder = `${base}${topic}/`;
  const first = range && format.directoryOf(clamp(range.start));
  const until = range && clamp(range.end + lateness);
  const prefix = folder + (first === undefined || until === undefined ? "" : commonPrefix(first, format.directoryOf(clamp(until - 1n))));
  const startAfter = first === undefined ? undefined : folder + first;
  for await (const entry of store.list({ prefix, startAfter, signal: options.signal })) {
    if (entry.kind === "prefix") continue;
    const { kind: _, ...info } = entry;
    const file = fileOf(archive, folder, info);
    if (file === undefined) continue;
    if (until !== undefined && file.filed.start >= until) return;
    // The first folder of a range that begins in it is listed whole; one before is not.
    if (range !== undefined && file.filed.end <= range.start) continue;
    yield file;
  }
}

/** What a listed object is as a file of the topic whose folder is `folder`; undefined for anything else. */
export function fileOf(archive: Archive, folder: string, info: Omit<EfdFile, "filed">): EfdFile | undefined {
  const slash = info.key.lastIndexOf("/");
  if (!info.key.startsWith(folder) || slash < folder.length) return undefined;
  const name = readFileName(info.key.slice(slash + 1));
  const filed = name && archive.format.rangeOf(info.key.slice(folder.length, slash));
  return name && filed && { ...info, ...name, filed };
}

function commonPrefix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
