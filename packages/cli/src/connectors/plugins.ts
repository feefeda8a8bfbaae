import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Connector } from "@sonde/core";
import type { ConnectorEntry } from "./entry.js";

/** What a package with the keyword `sonde-connector` says of itself in its package.json, read without importing it. */
export type Plugin = {
  readonly package: string;
  readonly version: string;
  /** The package.json that names it as a direct dependency. */
  readonly namedBy: string;
  /** What its `sonde` field says; undefined without one: it opens by configuration only. */
  readonly entry: ConnectorEntry;
};

const keyword = "sonde-connector";

/**
 * Packages with the keyword that a package.json names as direct dependencies: the nearest one from `folder` upwards, and the one of the
 * folder where the command itself is installed. What these depend on in turn is not looked at, and nothing is imported.
 */
export async function findPlugins(folder: string, own: string = ownFolder()): Promise<readonly Plugin[]> {
  const found = new Map<string, Plugin>();
  for (const manifest of [await nearestManifest(folder), join(own, "package.json")]) {
    if (manifest === undefined) continue;
    const said = await readJson(manifest);
    const names = said === undefined && manifest.startsWith(own) ? await installedIn(own) : directDependencies(said);
    for (const name of names) {
      if (found.has(name)) continue;
      const plugin = await pluginOf(name, manifest);
      if (plugin !== undefined) found.set(name, plugin);
    }
  }
  return [...found.values()];
}

/** The folder whose node_modules holds the command: where a global install, or npx, puts plug-ins beside it. */
function ownFolder(): string {
  const here = fileURLToPath(import.meta.url);
  const at = here.lastIndexOf(`${join("/", "node_modules", "@sonde", "cli")}`);
  return at < 0 ? dirname(here) : here.slice(0, at);
}

/** A global folder has no package.json: what lies at its top was installed by name, the dependencies lie deeper. */
async function installedIn(folder: string): Promise<string[]> {
  const modules = join(folder, "node_modules");
  const names: string[] = [];
  for (const name of await readdir(modules).catch(() => [])) {
    // npm keeps this list of a project's folder, where dependencies of dependencies lie at the top as well.
    if (name === ".package-lock.json") return [];
    if (name.startsWith("@")) for (const inner of await readdir(join(modules, name)).catch(() => [])) names.push(`${name}/${inner}`);
    else names.push(name);
  }
  return names;
}

async function nearestManifest(folder: string): Promise<string | undefined> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const manifest = join(at, "package.json");
    if ((await readJson(manifest)) !== undefined) return manifest;
    if (dirname(at) === at) return undefined;
  }
}

async function pluginOf(name: string, namedBy: string): Promise<Plugin | undefined> {
  const folder = await packageFolder(name, dirname(namedBy));
  const manifest = folder === undefined ? undefined : await readJson(join(folder, "package.json"));
  if (folder === undefined || manifest === undefined || !texts(manifest.keywords).includes(keyword)) return undefined;
  const said = isRecord(manifest.sonde) ? manifest.sonde : {};
  const id = text(said.id) ?? name.replace(/^@[^/]+\//, "").replace(/^sonde-(connector-)?/, "");
  const load = async (): Promise<Connector> => connectorIn(await importFrom(name, namedBy), text(said.export), name);
  const entry: ConnectorEntry = { id, package: name, schemes: texts(said.schemes), extensions: texts(said.extensions), load };
  return { package: name, version: text(manifest.version) ?? "?", namedBy, entry };
}

/** As Node looks for it, but without asking what the package exports. */
async function packageFolder(name: string, from: string): Promise<string | undefined> {
  if (!/^(@[\w.-]+\/)?[\w.-]+$/.test(name) || name.split("/").some((part) => /^\.+$/.test(part))) return undefined;
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, "node_modules", name);
    if ((await readJson(join(folder, "package.json"))) !== undefined) return folder;
    if (dirname(at) === at) return undefined;
  }
}

async function importFrom(name: string, namedBy: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(createRequire(namedBy).resolve(name)).href);
  } catch (error) {
    // A package for `import` alone has no entry for `require`: its main export is read from its package.json.
    if (!(error instanceof Error && "code" in error && error.code === "ERR_PACKAGE_PATH_NOT_EXPORTED")) throw error;
    const folder = await packageFolder(name, dirname(namedBy));
    const manifest = folder === undefined ? undefined : await readJson(join(folder, "package.json"));
    const main = mainOf(manifest?.exports);
    if (folder === undefined || main === undefined) throw error;
    return import(pathToFileURL(join(folder, main)).href);
  }
}

function mainOf(exports: unknown): string | undefined {
  if (typeof exports === "string") return exports;
  if (!isRecord(exports)) return undefined;
  for (const key of [".", "node", "import", "default"]) {
    const main = Object.hasOwn(exports, key) ? mainOf(exports[key]) : undefined;
    if (main !== undefined) return main;
  }
  return undefined;
}

/** The export that is a connector: the one that the package names, or its only one. */
export function connectorIn(module: unknown, name: string | undefined, from: string): Connector {
  const exported = isRecord(module) ? module : {};
  const candidates = name === undefined ? Object.values(exported) : [exported[name]];
  const found = candidates.filter(isConnector);
  const [only] = found;
  if (only !== undefined && new Set(found).size === 1) return only;
  const many = found.length > 1 ? "several connectors" : "no connector";
  throw new Error(
    `${from} exports ${many}${name === undefined ? "" : ` as '${name}'`}: its package.json says which by "sonde": { "export": "…" }`,
  );
}

function isConnector(value: unknown): value is Connector {
  return isRecord(value) && typeof value.contract === "number" && typeof value.id === "string" && typeof value.connect === "function";
}

function directDependencies(manifest: Record<string, unknown> | undefined): string[] {
  if (manifest === undefined) return [];
  const kinds = ["dependencies", "devDependencies", "optionalDependencies"].map((key) => manifest[key]);
  return [...new Set(kinds.flatMap((kind) => (isRecord(kind) ? Object.keys(kind) : [])))];
}

async function readJson(file: string): Promise<Record<string, unknown> | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, "utf8"));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === "string") : []);
