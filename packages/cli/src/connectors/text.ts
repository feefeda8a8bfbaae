import type { ConnectorEntry } from "./entry.js";

/** "cl-recordings (.h5, cl-recordings:)" */
export function entryText({ id, extensions, schemes }: ConnectorEntry): string {
  const takes = [...extensions, ...schemes.filter((scheme) => scheme !== "file").map((scheme) => `${scheme}:`)];
  return `${id} (${takes.join(", ") || "by configuration only"})`;
}
