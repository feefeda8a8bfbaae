import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { exit, failure } from "../exit.js";
import { readToml } from "./configuration.js";

/**
 * Changes a configuration as text, so that comments and order stay, and checks what came of it. The file is for its owner only, and is
 * replaced whole.
 */
export async function editToml(
  file: string,
  change: (text: string) => string,
  holds: (said: Record<string, unknown>) => boolean,
): Promise<void> {
  const before = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  await mkdir(dirname(file), { recursive: true });
  const next = `${file}.${randomBytes(4).toString("hex")}.partial`;
  try {
    await writeFile(next, change(before), { mode: 0o600 });
    await chmod(next, 0o600);
    const said = await readToml(next).catch(() => undefined);
    if (said === undefined || !holds(said))
      throw failure(exit.failure, `${file} is written in a way that can't be changed here: edit it by hand`);
    await rename(next, file);
  } finally {
    await rm(next, { force: true });
  }
}

/** The text with a table more at its end. */
export function withTable(text: string, header: string, entries: readonly (readonly [key: string, value: unknown])[]): string {
  const lines = entries.map(([key, value]) => `${tomlKey(key)} = ${tomlValue(value)}\n`).join("");
  const gap = text === "" || text.endsWith("\n\n") ? "" : text.endsWith("\n") ? "\n" : "\n\n";
  return `${text}${gap}[${header}]\n${lines}`;
}

/** The text without a table and those below it. */
export function withoutTable(text: string, header: string): string {
  const escaped = header.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const block = new RegExp(`^[ \\t]*\\[[ \\t]*${escaped}(?:\\.[^\\]\\n]*)?[ \\t]*\\][^\\n]*\\n?(?:(?![ \\t]*\\[).*\\n?)*`, "gm");
  return text.replace(block, "").replace(/\n\n+$/, "\n");
}

/** The text with a value at its top level. */
export function withValue(text: string, key: string, value: unknown): string {
  const line = `${key} = ${tomlValue(value)}\n`;
  const tables = /^[ \t]*\[/m.exec(text)?.index ?? text.length;
  const old = new RegExp(`^[ \\t]*${key}[ \\t]*=.*\\n?`, "m").exec(text.slice(0, tables));
  if (old !== null) return text.slice(0, old.index) + line + text.slice(old.index + old[0].length);
  return `${line}${text === "" || text.startsWith("\n") ? "" : "\n"}${text}`;
}

function tomlKey(key: string): string {
  return /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
}

/** TOML 1.0: basic strings are escaped as JSON's, but for DEL. */
function tomlValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
  if (typeof value === "object" && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${tomlKey(key)} = ${tomlValue(inner)}`)
      .join(", ")} }`;
  }
  return String(value);
}
