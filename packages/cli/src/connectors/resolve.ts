import { extname } from "node:path";
import { type Connector, isSondeError } from "@sonde/core";
import { isUrl } from "../address.js";
import { exit, failure } from "../exit.js";
import { withoutSecrets } from "../output/text.js";
import type { ConnectorEntry } from "./entry.js";
import { entryText } from "./text.js";

export type Resolved = { readonly connector: Connector; readonly input: unknown };

/** Whether `load` failed for the lack of a package rather than for a fault in it. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ERR_MODULE_NOT_FOUND" || error.code === "MODULE_NOT_FOUND");
}

/** Imports a connector. Fails with the exit code for plug-ins, saying what to install. */
export async function loadConnector({ id, package: name, load }: ConnectorEntry): Promise<Connector> {
  try {
    return await load();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (isMissing(error))
      throw failure(exit.plugin, `the connector '${id}' is not installed: run \`npm install ${name}\` (${message})`, error);
    throw failure(exit.plugin, `the connector '${id}' of ${name} can't be loaded: ${message}`, error);
  }
}

/** The first connector that takes an address, and its options. Those are loaded whose scheme it is, one after the other. */
export async function resolveEntry(address: string, entries: readonly ConnectorEntry[]): Promise<Resolved> {
  const { resolveAddress } = await import("@sonde/core");
  const scheme = isUrl(address) ? address.slice(0, address.indexOf(":")).toLowerCase() : "file";
  const extension = extname(address).toLowerCase();
  const fitting = entries.filter(({ schemes }) => schemes.includes(scheme));
  // A file's extension decides before a connector that takes any path is asked.
  const ranked = [...fitting].sort((a, b) => Number(b.extensions.includes(extension)) - Number(a.extensions.includes(extension)));
  for (const entry of ranked) {
    const connector = await loadConnector(entry);
    try {
      return resolveAddress(address, [connector]);
    } catch (error) {
      if (!isSondeError(error, "unsupported")) throw error;
    }
  }
  // Refuses what is no address, and one with a password in it.
  if (ranked.length === 0) refuse(() => resolveAddress(address, []));
  throw failure(
    exit.plugin,
    `no connector takes '${withoutSecrets(address)}': there are ${entries.map(entryText).join("; ")}. \`sonde plugin ls\` says more`,
  );
}

function refuse(resolve: () => unknown): void {
  try {
    resolve();
  } catch (error) {
    if (!isSondeError(error, "unsupported")) throw error;
  }
}
