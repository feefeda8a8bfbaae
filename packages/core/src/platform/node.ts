import { pathToFileURL } from "node:url";

export { fromFile } from "../bytes/file.node.js";

/** The `file:` URL of a path, relative ones from the working directory. */
export function fileUrl(path: string): URL {
  return pathToFileURL(path);
}
