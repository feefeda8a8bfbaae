/** One import as it stands in a file: paths are relative to the root of the repository. */
export interface Arrow {
  readonly file: string;
  readonly to: string;
  /** `import type`: gone when the program runs. */
  readonly typeOnly?: boolean;
}

const formats = ["wavelet-buffer", "msgpack-numpy", "hdf5", "object-store"];
const connectors = ["drift", "efd", "btrdb", "databroker", "cl-recordings", "remote"];
/** What each package may import of ours, entry by entry. Absent: everything that is published. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  testkit: ["core"],
  plot: ["core"],
  server: ["core"],
  "wavelet-buffer": [],
  "msgpack-numpy": [],
  hdf5: ["core/bytes"],
  "object-store": ["core/bytes"],
  ...Object.fromEntries(connectors.map((name) => [name, ["core", ...formats]])),
};
/** Folders of core from the ground up: a file imports its own folder and those before it. `errors.ts` is below all. */
const storeys = [
  "time",
  "async",
  "http",
  "platform",
  "bytes",
  "contract.ts",
  "table",
  "kernels",
  "formats",
  "source",
  "connector",
  "schema",
  "wire",
  "node",
  "index.ts",
];
/** Within one storey: these hold each other up (bytes opens files by the platform, the platform makes byte sources). */
const together = [["http", "platform", "bytes"]];

/** Why an arrow must not be; undefined when it may. Tests may import more: they are not shipped. */
export function forbidden({ file, to }: Arrow): string | undefined {
  const [, name = "", ...inside] = file.split("/");
  if (!file.startsWith("packages/") || inside[0] !== "src") return undefined;
  if (to.startsWith("node:")) return nodeAllowed(name, inside) ? undefined : "browser-safe code imports no node: module";
  if (to === "apache-arrow")
    return name === "core" ? (inside[1] === "bytes" ? "bytes holds no Arrow" : undefined) : "core alone depends on apache-arrow";
  if (to.startsWith("@sonde/")) {
    const target = to.slice("@sonde/".length);
    const may = allowed[name];
    if (may === undefined || may.some((one) => target === one || target.startsWith(`${one}/`))) return undefined;
    return `@sonde/${name} may import only ${may.map((one) => `@sonde/${one}`).join(", ") || "nothing of ours"}`;
  }
  if (name === "core" && to.startsWith("packages/core/src/")) return storeyRule(inside[1] ?? "", to.split("/")[3] ?? "");
  if (to.startsWith("packages/") && to.split("/")[1] !== name) return "another package is imported by its name";
  return undefined;
}

function nodeAllowed(name: string, inside: readonly string[]): boolean {
  const file = inside.at(-1) ?? "";
  return name === "cli" || file.includes(".node.") || inside.includes("node") || (inside.includes("platform") && file === "node.ts");
}

function storeyRule(from: string, to: string): string | undefined {
  if (from === to || to === "errors.ts" || together.some((group) => group.includes(from) && group.includes(to))) return undefined;
  const here = storeys.indexOf(from);
  const there = storeys.indexOf(to);
  if (here < 0 || there < 0) return `core's folder ${here < 0 ? from : to} has no storey: give it one`;
  return there < here ? undefined : `core/${from} is below core/${to}`;
}

/** Files that need each other to load, as one path that comes back to where it began; undefined when there is none. */
export function circle(arrows: readonly Arrow[]): readonly string[] | undefined {
  const next = new Map<string, string[]>();
  for (const { file, to, typeOnly } of arrows) if (!typeOnly) next.set(file, [...(next.get(file) ?? []), to]);
  const done = new Set<string>();
  function visit(file: string, path: readonly string[]): readonly string[] | undefined {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const to of next.get(file) ?? []) {
      const found = visit(to, [...path, file]);
      if (found) return found;
    }
    done.add(file);
    return undefined;
  }
  for (const file of next.keys()) {
    const found = visit(file, []);
    if (found) return found;
  }
  return undefined;
}
