import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Connector, isSondeError, openConnector, resolveAddress, type Source, type Stream } from "@sonde/core";
import { isUrl, joinTarget, splitTarget, type Target } from "./address.js";
import type { Context } from "./context.js";
import { type DecodeCell, rememberingDecoders } from "./decoders.js";
import { exit, failure } from "./exit.js";
import { shellWord, withoutSecrets } from "./output/text.js";

/** An open archive under the name that the person gave it. */
export interface OpenSource {
  readonly source: Source;
  readonly name: string;
  decodeOf(stream: Stream): DecodeCell | undefined;
}

/** Splits `SOURCE:STREAM` where a local file, a folder or an address ends. */
export function targetOf(text: string): Promise<Target> {
  return splitTarget(text, async (source) => !isUnusable(source) && (await exists(source)));
}

/** Opens the source for as long as `work` runs. A missing file is said before any connector is asked. */
export async function withSource<T>(context: Context, target: Target, work: (open: OpenSource) => Promise<T>): Promise<T> {
  const { connectors, signal } = context;
  const { connector, input } = resolveConnector(await locate(target), connectors);
  const decoders = new Map<string, DecodeCell>();
  const source = await openConnector(rememberingDecoders(connector, decoders), input, { signal });
  let result: T;
  try {
    result = await work({ source, name: withoutSecrets(target.source), decodeOf: (stream) => decoders.get(stream.id) });
  } catch (error) {
    // What failed first is what the person should read.
    await source.close().catch(() => {});
    throw error;
  }
  await source.close();
  return result;
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

function resolveConnector(address: string, connectors: readonly Connector[]) {
  try {
    return resolveAddress(address, connectors);
  } catch (error) {
    if (isSondeError(error, "unsupported")) throw failure(exit.plugin, error.message, error);
    throw error;
  }
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
