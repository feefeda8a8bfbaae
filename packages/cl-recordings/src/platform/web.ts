import type { FileVersion } from "../live/growing-file.js";

/** Browsers name no folders. */
export async function listFolder(_path: string | URL): Promise<ReadonlyMap<string, string> | undefined> {
  return undefined;
}

/** Nor files that grow. */
export async function fileVersion(_path: string | URL): Promise<FileVersion | undefined> {
  return undefined;
}
