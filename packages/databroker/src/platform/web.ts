import { type ByteSource, sondeError } from "@sonde/core/bytes";
import type { FileSystem } from "./types.js";

/** Browsers have none. */
export const environment = (_name: string): string | undefined => undefined;

function refuse(): never {
  throw sondeError("unsupported", "a browser has no folders and writes no files: pass the File objects of the runs, or a URL", {
    what: "local paths",
  });
}

export const files: FileSystem = {
  kindOf: async () => "none",
  list: async () => refuse(),
  resolve: (_folder, path) => path,
  folderOf: (path) => String(path).replace(/[^/]*$/, ""),
  append: async () => refuse(),
  write: async () => refuse(),
  writeAll: async () => refuse(),
};

/** Browsers open no paths. */
export async function openLocalFile(path: string): Promise<ByteSource> {
  throw sondeError("unsupported", `a browser can't open ${path}: map its root to a URL in rootMap`, { what: "local paths" });
}
