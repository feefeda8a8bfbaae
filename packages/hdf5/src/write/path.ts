import { sondeError } from "@sonde/core/bytes";

/** Names on the way from the root; "/" has none. Refuses what HDF5 would read as another path. */
export function splitPath(path: string): string[] {
  if (path === "/") return [];
  const names = path.split("/");
  if (names.shift() !== "" || !names.every((name) => name !== "" && name !== "." && !name.includes("\0"))) {
    throw sondeError("options", `'${path}' is no path of an HDF5 object: give "/" or "/name/name"`, {});
  }
  return names;
}
