import { inOrder } from "../catalog/equal-times.js";
import type { RunHeader, Waiting } from "../catalog/types.js";
import { isRecord } from "../event-model/own.js";
import { asDocument } from "../event-model/validate.js";
import type { Connection, Parameters } from "./connection.js";
import type { Dialect } from "./filters.js";
import { hasSpec, parseAbout, parseNode, parsePage, type TiledNode, type TiledPage } from "./wire.js";

/** What the server is, asked once. */
export type Server = {
  readonly version: string | undefined;
  readonly queries: ReadonlySet<string>;
  readonly dialect: Dialect;
};

/** Tiled's own cap. */
const largestPage = 300;

export async function readServer(connection: Connection, path: readonly string[], options: Waiting): Promise<Server> {
  const about = parseAbout(await connection.json("/", [], [], options), `${connection.api}/`);
  const root = parseNode(await connection.json("/metadata/", path, [["fields", "specs"]], options), `${connection.api}/metadata/`);
  const catalog = root.attributes.specs?.find(({ name }) => name === "CatalogOfBlueskyRuns");
  // Catalogs of TiledWriter have version 3, or no spec at all where nobody gave them one.
  const dialect = catalog !== undefined && !catalog.version?.startsWith("3") ? "mongo" : "sql";
  return { version: about.library_version ?? undefined, queries: new Set(about.queries ?? []), dialect };
}

/** Nodes below a path, page after page, with the same filters and order on each: the server's own links forget them. */
export async function* nodesOf(
  connection: Connection,
  path: readonly string[],
  parameters: Parameters,
  options: Waiting & { readonly expected?: number | undefined },
): AsyncGenerator<TiledNode, void, undefined> {
  // The first page is as large as what is wanted; who goes on wants many.
  let limit = Math.min(largestPage, Math.max(1, options.expected ?? 100));
  let position: Parameters = [];
  const seen = new Set<string>();
  for (;;) {
    const what = `${connection.api}/search/${path.join("/")}`;
    const page = parsePage(
      await connection.json("/search/", path, [...parameters, ...position, ["page[limit]", String(limit)]], options),
      what,
    );
    yield* page.data;
    const next = positionOf(page);
    // A page without entries can name itself as the next; so can a server that has lost its way.
    if (page.data.length === 0 || next.length === 0 || seen.has(String(next))) return;
    seen.add(String(next));
    position = next;
    limit = largestPage;
  }
}

/** Of the next page only where it begins: its host, its path and everything else in the link are not for us. */
function positionOf({ links }: TiledPage): Parameters {
  if (links?.next === null || links?.next === undefined) return [];
  const query = links.next.slice(links.next.indexOf("?") + 1);
  return [...new URLSearchParams(query)].filter(([name]) => name === "page[offset]" || name === "page[cursor]");
}

/** Start and stop of a run; undefined for nodes that are none. */
export function headerOf(node: TiledNode): RunHeader | undefined {
  return headerOfMetadata(node.attributes.metadata ?? {});
}

export function headerOfMetadata({ start, stop }: Readonly<Record<string, unknown>>): RunHeader | undefined {
  if (!isRecord(start) || typeof start.uid !== "string" || typeof start.time !== "number") return undefined;
  const begun = asDocument("start", start);
  if (begun?.[0] !== "start") return undefined;
  const ended = isRecord(stop) && typeof stop.run_start === "string" ? asDocument("stop", stop) : undefined;
  return ended?.[0] === "stop" ? { start: begun[1], stop: ended[1] } : { start: begun[1] };
}

/** Runs newest first. Servers leave the order of equal times open, so these are put in order here. */
export async function* runsOf(
  connection: Connection,
  path: readonly string[],
  { dialect }: Server,
  filters: Parameters,
  options: Waiting & { readonly expected?: number | undefined },
): AsyncGenerator<RunHeader, void, undefined> {
  const sort = dialect === "mongo" ? "-time" : "-start.time";
  const parameters: Parameters = [...filters, ["sort", sort], ["fields", "metadata"], ["fields", "specs"]];
  // One more than is wanted tells whether the last has an equal.
  const expected = options.expected === undefined ? undefined : options.expected + 1;
  const nodes = nodesOf(connection, path, parameters, { signal: options.signal, expected });
  yield* inOrder(headersOf(nodes));
}

async function* headersOf(nodes: AsyncIterable<TiledNode>): AsyncGenerator<RunHeader, void, undefined> {
  for await (const node of nodes) {
    const header = headerOf(node);
    if (header !== undefined) yield header;
  }
}

/** A node with everything that is said of it; undefined where there is none. */
export async function findNode(
  connection: Connection,
  path: readonly string[],
  options: Waiting,
  parameters: Parameters = [],
): Promise<TiledNode | undefined> {
  const found = await connection.found("/metadata/", path, parameters, options);
  return found === undefined ? undefined : parseNode(found, `${connection.api}/metadata/${path.join("/")}`);
}

export const isStream = (node: TiledNode): boolean =>
  node.attributes.structure_family === "container" &&
  (hasSpec(node, "BlueskyEventStream") || node.attributes.metadata?.data_keys !== undefined);
