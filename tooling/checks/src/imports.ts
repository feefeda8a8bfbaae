import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Arrow } from "./layers.js";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const skipped = new Set(["node_modules", "dist", ".turbo", ".git", ".reports", ".cache"]);

/** Files under a folder of the repository whose name passes, as paths with slashes relative to the root. */
export function filesOf(folder: string, passes: (name: string) => boolean): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : filesOf(path, passes);
    return passes(entry.name) ? [path] : [];
  });
}

/** Every `import`, `export … from` and `import()` of a file; relative ones as paths from the root. */
export function arrowsOf(file: string): Arrow[] {
  const text = readFileSync(join(root, file), "utf8");
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^;"'`]*?from\s*["']([^"']+)["']|\bimport\s*\(\s*["']([^"']+)["']\s*\)|(?:^|\n)\s*import\s+["']([^"']+)["']/g,
  );
  return [...found].map(([whole, from, dynamic, bare]) => {
    const to = from ?? dynamic ?? bare ?? "";
    const typeOnly = /^\s*(?:import|export)\s+type\b/.test(whole);
    if (!to.startsWith(".")) return { file, to, typeOnly };
    const path = relative(root, join(root, dirname(file), to))
      .split(sep)
      .join("/");
    return { file, to: existsSync(join(root, path)) ? path : path.replace(/\.js$/, ".ts"), typeOnly };
  });
}
