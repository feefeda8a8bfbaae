import { sondeError } from "@sonde/core/bytes";
import type { FileSystem } from "./types.js";

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
};
