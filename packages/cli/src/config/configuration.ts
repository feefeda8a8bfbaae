import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Environment } from "../context.js";
import { exit, failure } from "../exit.js";
import { isSecretName, referenceOf } from "./secret.js";

/** A source by its alias, as a configuration holds it: secrets are references still. */
export interface ConfiguredSource {
  readonly alias: string;
  /** By id, or a plug-in's package. Undefined: the address tells. */
  readonly connector?: string;
  readonly address?: string;
  /** For the connector; references among the values. */
  readonly options: { readonly [key: string]: unknown };
  /** The file that says so. */
  readonly file: string;
}

export interface Configuration {
  readonly sources: ReadonlyMap<string, ConfiguredSource>;
  /** The alias that is meant where none is named. */
  readonly defaultSource?: string;
  /** Files that were read. */
  readonly files: readonly string[];
}

export type ConfigurationPlace = {
  readonly environment: Environment;
  readonly folder: string;
  readonly profile?: string | undefined;
  readonly warn: (message: string) => void;
};

/** `$XDG_CONFIG_HOME/sonde/config.toml`, else below `~/.config`; undefined where the person has no folder. */
export function userFile({ XDG_CONFIG_HOME, HOME, USERPROFILE }: Environment): string | undefined {
  const home = HOME || USERPROFILE;
  const base = XDG_CONFIG_HOME || (home ? join(home, ".config") : undefined);
  return base === undefined ? undefined : join(base, "sonde", "config.toml");
}

export function projectFile(folder: string): string {
  return join(folder, "sonde.toml");
}

/** An alias: two characters at least, since one is a drive. */
export function isAlias(text: string): boolean {
  return /^[a-z][\w-]+$/i.test(text);
}

/**
 * The sources of the person's configuration and of the project's, which wins: a source is taken whole from one of them, so that the
 * secrets of one are never sent where the other says. `SONDE_SOURCE_<ALIAS>_<KEY>` comes over both.
 */
export async function readConfiguration({ environment, folder, profile, warn }: ConfigurationPlace): Promise<Configuration> {
  const sources = new Map<string, ConfiguredSource>();
  const files: string[] = [];
  let defaultSource: string | undefined;
  const mine = userFile(environment);
  for (const file of [...(mine === undefined ? [] : [mine]), projectFile(folder)]) {
    const said = await readToml(file);
    if (said === undefined) continue;
    files.push(file);
    if (typeof said.default === "string") defaultSource = said.default;
    const chosen = profile ?? (environment.SONDE_PROFILE || undefined) ?? (typeof said.profile === "string" ? said.profile : undefined);
    const own = chosen === undefined ? {} : record(record(said, "profiles"), chosen);
    if (typeof own.default === "string") defaultSource = own.default;
    for (const [alias, value] of [...Object.entries(record(said, "sources")), ...Object.entries(record(own, "sources"))]) {
      const source = sourceOf(alias, value, file, warn);
      if (file !== mine && usesCommand(source)) {
        warn(`${alias}: a command is run for the configuration of your own only, and ${file} came with the project: move it to ${mine}`);
        continue;
      }
      sources.set(alias, source);
    }
  }
  for (const [alias, source] of sources) sources.set(alias, withOverrides(source, environment));
  return { sources, files, ...(defaultSource === undefined ? {} : { defaultSource }) };
}

/** A configuration as its file says it; undefined without a file. Fails for what is no TOML. */
export async function readToml(file: string): Promise<Record<string, unknown> | undefined> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw failure(exit.usage, `can't read the configuration ${file}: ${error.message}`, error);
  });
  if (text === undefined) return undefined;
  // Loaded only where there is a configuration.
  const { parse } = await import("smol-toml");
  try {
    return parse(text);
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    const { line, column } = error instanceof Object && "line" in error && "column" in error ? error : {};
    throw failure(exit.usage, `${file} is not TOML${line === undefined ? "" : `, line ${line}, column ${column}`}: ${reason}`);
  }
}

function sourceOf(alias: string, value: unknown, file: string, warn: (message: string) => void): ConfiguredSource {
  if (!isAlias(alias)) throw failure(exit.usage, `${file}: '${alias}' is no alias: two letters, digits, - or _ at least, a letter first`);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw failure(exit.usage, `${file}: sources.${alias} is no table`);
  const { connector, address, ...options }: Record<string, unknown> = { ...value };
  if (typeof connector !== "string" && typeof address !== "string") {
    throw failure(exit.usage, `${file}: sources.${alias} names neither a connector nor an address: write address = "scheme://…"`);
  }
  for (const [key, inner] of Object.entries(options)) {
    if (isSecretName(key) && typeof inner === "string") {
      warn(`${alias}.${key} stands in ${file} for everyone to read: write ${key} = { env = "NAME" }, or file, command or keychain`);
    }
  }
  return {
    alias,
    options,
    file,
    ...(typeof connector === "string" ? { connector } : {}),
    ...(typeof address === "string" ? { address } : {}),
  };
}

function usesCommand({ options }: ConfiguredSource): boolean {
  return Object.values(options).some((value) => referenceOf(value)?.kind === "command");
}

/** The folder that relative paths in a source's references count from. */
export function folderOf({ file }: ConfiguredSource): string {
  return dirname(file);
}

function withOverrides(source: ConfiguredSource, environment: Environment): ConfiguredSource {
  const prefix = overridePrefix(source.alias);
  let { connector, address } = source;
  const options = { ...source.options };
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(prefix) || value === undefined || value === "") continue;
    const key = camelCase(name.slice(prefix.length));
    if (key === "connector") connector = value;
    else if (key === "address") address = value;
    else if (key !== "") options[key] = { env: name };
  }
  return { ...source, options, ...(connector === undefined ? {} : { connector }), ...(address === undefined ? {} : { address }) };
}

/** "SONDE_SOURCE_MY_PLANT_" for my-plant. */
export function overridePrefix(alias: string): string {
  return `SONDE_SOURCE_${alias.toUpperCase().replaceAll("-", "_")}_`;
}

/** "API_KEY" as "apiKey". */
function camelCase(name: string): string {
  return name.toLowerCase().replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function record(value: Record<string, unknown>, key: string): Record<string, unknown> {
  const inner = Object.hasOwn(value, key) ? value[key] : undefined;
  // An object of a parsed file has text keys; checked to be none of the others.
  return typeof inner === "object" && inner !== null && !Array.isArray(inner) ? (inner as Record<string, unknown>) : {};
}
