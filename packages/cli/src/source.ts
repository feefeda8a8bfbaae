import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Connector, Source, Stream } from "@sonde/core";
import { isUrl, joinTarget, splitTarget, type Target } from "./address.js";
import { type ConfiguredSource, folderOf } from "./config/configuration.js";
import type { ConnectorEntry } from "./connectors/entry.js";
import { loadConnector, type Resolved, resolveEntry } from "./connectors/resolve.js";
import { entryText } from "./connectors/text.js";
import type { Context } from "./context.js";
import { exit, failure } from "./exit.js";
import { shellWord, withoutSecrets } from "./output/text.js";

/** An open archive under the name that the person gave it. */
export interface OpenSource {
  readonly source: Source;
  readonly name: string;
}

/** Splits `SOURCE:STREAM` where an alias, a local file, a folder or an address ends. Without a source (`:STREAM`), the default one is meant. */
export async function targetOf(context: Context, text: string): Promise<Target> {
  if (text.startsWith(":") && text.length > 1) return { source: await defaultSource(context, text), stream: text.slice(1) };
  const colon = text.indexOf(":");
  const alias = colon < 0 ? text : text.slice(0, colon);
  if (!isUrl(text) && (await context.configuration()).sources.has(alias)) {
    const stream = text.slice(alias.length + 1);
    return stream === "" ? { source: alias } : { source: alias, stream };
  }
  return splitTarget(text, async (source) => !isUnusable(source) && (await exists(source)));
}

async function defaultSource(context: Context, text: string): Promise<string> {
  const { defaultSource: alias } = await context.configuration();
  if (alias !== undefined) return alias;
  throw failure(
    exit.usage,
    `${text} names no source, and there is no default one: write SOURCE${text}, or \`sonde source set-default ALIAS\``,
  );
}

/** Opens the source for as long as `work` runs. A missing file is said before any connector is asked. */
export async function withSource<T>(context: Context, target: Target, work: (open: OpenSource) => Promise<T>): Promise<T> {
  const open = await openSource(context, target.source);
  let result: T;
  try {
    result = await work(open);
  } catch (error) {
    // What failed first is what the person should read.
    await open.source.close().catch(() => {});
    throw error;
  }
  await open.source.close();
  return result;
}

/** Opens the source; whoever asked closes it. */
export async function openSource(context: Context, name: string): Promise<OpenSource> {
  const { connector, input } = await resolveSource(context, name);
  const { openConnector } = await import("@sonde/core");
  const source = await openConnector(connector, input, { signal: context.signal, observe: context.observe });
  return { source, name: withoutSecrets(name) };
}

/** The connector and the options that an alias, a path or an address stands for. Asks no archive. */
export async function resolveSource(context: Context, name: string): Promise<Resolved> {
  const configured = (await context.configuration()).sources.get(name);
  if (configured !== undefined) return configuredInput(context, configured);
  const address = await locate({ source: name });
  return resolveEntry(address, await allConnectors(context));
}

/** Those of our own, then the plug-ins. */
export async function allConnectors({ connectors, folder }: Context): Promise<readonly ConnectorEntry[]> {
  const { findPlugins } = await import("./connectors/plugins.js");
  const own = new Set(connectors.map((entry) => entry.package));
  const plugins = await findPlugins(folder);
  return [...connectors, ...plugins.filter((plugin) => !own.has(plugin.package)).map(({ entry }) => entry)];
}

async function configuredInput(context: Context, configured: ConfiguredSource): Promise<Resolved> {
  const { connectorInput } = await import("./config/options.js");
  const { connector: id, address } = configured;
  let connector: Connector;
  let fromAddress: unknown = {};
  if (id === undefined || address !== undefined) {
    const entries = await allConnectors(context);
    const fitting = id === undefined ? entries : entries.filter((entry) => entry.id === id || entry.package === id);
    const written = address ?? "";
    // A path counts from the configuration that says it.
    const located = await locate({ source: isUrl(written) || written === "" ? written : resolve(folderOf(configured), written) });
    ({ connector, input: fromAddress } = await resolveEntry(located, fitting));
  } else {
    connector = await loadConnector(await namedEntry(context, id));
  }
  return { connector, input: await connectorInput(configured, connector, fromAddress, context) };
}

async function namedEntry(context: Context, id: string): Promise<ConnectorEntry> {
  const entries = await allConnectors(context);
  const found = entries.find((entry) => entry.id === id || entry.package === id);
  if (found !== undefined) return found;
  throw failure(
    exit.plugin,
    `there is no connector '${id}': there are ${entries.map(entryText).join("; ")}; install a plug-in beside sonde.toml`,
  );
}

/** {@link withSource} for a command that needs a stream: without one, the streams to choose from are the answer. */
export function withStream<T>(
  context: Context,
  target: Target,
  work: (open: OpenSource & { readonly stream: Stream }) => Promise<T>,
): Promise<T> {
  return withSource(context, target, async (open) => {
    if (target.stream === undefined || target.stream === "") throw await whichStream(context, open);
    const stream = await open.source.stream(target.stream, { signal: context.signal });
    return work({ ...open, stream });
  });
}

const mostShown = 20;

async function whichStream({ signal }: Context, { source, name }: OpenSource): Promise<Error> {
  const ids: string[] = [];
  for await (const { id } of source.streams({ signal })) {
    ids.push(id);
    if (ids.length > mostShown) break;
  }
  const [first] = ids;
  if (first === undefined) return failure(exit.notFound, `${name} has no streams`);
  const list = ids.slice(0, mostShown).join(", ") + (ids.length > mostShown ? `, and more by: sonde ls ${shellWord(name)}` : "");
  return failure(
    exit.usage,
    `which stream? Name one after a colon, such as ${shellWord(joinTarget({ source: name, stream: first }))}; there are ${list}`,
  );
}

/** The address for the connectors: absolute, since a file name such as `run:1.h5` would pass for a URL. */
async function locate({ source }: Target): Promise<string> {
  if (isUrl(source)) {
    if (/^file:/i.test(source) && !(await exists(source))) throw missing(source);
    return source;
  }
  if (isUnusable(source)) throw failure(exit.usage, "the name of the file is empty or holds a null character: write FILE or FILE:STREAM");
  if (!(await exists(source))) throw missing(source);
  return resolve(source);
}

function missing(source: string): Error {
  return failure(exit.notFound, `there is no file or folder ${shellWord(source)}: check its name and the folder you are in`);
}

async function exists(source: string): Promise<boolean> {
  if (isUrl(source) && !/^file:/i.test(source)) return false;
  try {
    await stat(isUrl(source) ? fileURLToPath(source) : source);
    return true;
  } catch (error) {
    // Unreadable is there, and the error of opening it says more.
    return error instanceof Error && "code" in error && (error.code === "EACCES" || error.code === "EPERM");
  }
}

function isUnusable(source: string): boolean {
  return source === "" || source.includes("\0");
}
