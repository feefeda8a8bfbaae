import { sondeError } from "@sonde/core/bytes";
import { parse } from "yaml";
import { isRecord, ownValue } from "../event-model/own.js";

/** What a databroker-pack's `catalog.yml` (or another of intake's) says of where runs are. */
export type PackCatalog = {
  /** Globs, relative to the file's folder or absolute, by preference. */
  readonly globs: readonly string[];
  /** Where roots of resources lie: relative to the file's folder, or absolute. */
  readonly rootMap: ReadonlyMap<string, string>;
};

const fileDrivers = /^bluesky-(msgpack|jsonl)-catalog$/;

/**
 * Reads a `catalog.yml`: of each source of files its `metadata.relative_paths`, else its `args.paths`, which name the machine that packed it.
 * Nothing in it is executed, and templates are not filled in. Rejects `format` where it is none, `unsupported` where no source is of files.
 */
export function readPackCatalog(text: string, name: string): PackCatalog {
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 100 });
  } catch (cause) {
    throw sondeError("format", `${name} is no YAML`, { key: name, cause });
  }
  const sources = isRecord(document) ? ownValue(document, "sources") : undefined;
  if (!isRecord(sources)) throw sondeError("format", `${name} has no sources: it is no catalog of intake`, { key: name });
  const globs: string[] = [];
  const rootMap = new Map<string, string>();
  const drivers: string[] = [];
  for (const source of Object.values(sources)) {
    if (!isRecord(source)) continue;
    const driver = String(ownValue(source, "driver"));
    drivers.push(driver);
    if (!fileDrivers.test(driver)) continue;
    const args = ownValue(source, "args");
    const metadata = ownValue(source, "metadata");
    const relative = isRecord(metadata) ? texts(ownValue(metadata, "relative_paths")) : [];
    globs.push(...(relative.length > 0 ? relative : isRecord(args) ? texts(ownValue(args, "paths")) : []));
    const roots = isRecord(args) ? ownValue(args, "root_map") : undefined;
    if (isRecord(roots)) for (const [root, target] of Object.entries(roots)) if (typeof target === "string") rootMap.set(root, target);
  }
  if (globs.length > 0) return { globs, rootMap };
  throw sondeError(
    "unsupported",
    `${name} has no source of msgpack or JSONL files, only ${drivers.join(", ") || "none"}: open what it names itself`,
    {
      what: "catalog.yml",
    },
  );
}

function texts(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === "string");
}

/** A glob over one folder (`*`, `?`), as a test of file names; the folder is everything before the last slash. */
export function splitGlob(glob: string): { readonly folder: string; readonly matches: (name: string) => boolean } {
  const cut = glob.replaceAll("\\", "/").lastIndexOf("/") + 1;
  const pattern = glob.slice(cut);
  return { folder: glob.slice(0, cut) || ".", matches: (name) => matchesGlob(pattern, name) };
}

/** In time that grows with the product of the lengths, whatever the pattern. */
function matchesGlob(pattern: string, name: string): boolean {
  let [p, n, star, mark] = [0, 0, -1, 0];
  while (n < name.length) {
    if (pattern[p] === "*") {
      star = p++;
      mark = n;
    } else if (pattern[p] === "?" || (pattern[p] !== undefined && pattern[p] === name[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++mark;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
