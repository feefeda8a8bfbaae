import type { Span } from "@sonde/core";
import { type Fetch, isSondeError, type LimitOptions, type Observe, sondeError } from "@sonde/core/bytes";
import type { CatalogBackend, Facet, ListQuery, RunHeader, Waiting } from "../catalog/types.js";
import { eventModelError } from "../event-model/errors.js";
import { plainOf } from "../write/plain.js";
import { isName, tiledAddress } from "./address.js";
import { findArray, framesOf } from "./arrays.js";
import { connect } from "./connection.js";
import { composedDocuments, numericKeys, storedDocuments } from "./documents.js";
import { filtersOf, textFilter } from "./filters.js";
import { followRun } from "./follow.js";
import { columnOf, findInternal, readInternal } from "./internal-table.js";
import type { OpenSocket } from "./socket.js";
import { streamsOf, type TiledStream } from "./streams.js";
import { findNode, headerOf, readServer, runsOf, type Server } from "./tree.js";
import { watchRuns } from "./watch.js";
import { parseDistinct, parsePage } from "./wire.js";

export type TiledOptions = {
  /** The server, a node of it (`/api/v1/metadata/bmm/raw`), or the page that shows that node. */
  readonly url: string | URL;
  /** The folder with the runs, below what the URL names. */
  readonly path?: string | readonly string[] | undefined;
  /** Sent to this server only, and only by header. */
  readonly apiKey?: string | undefined;
  readonly fetch?: Fetch | undefined;
  readonly headers?: { readonly [name: string]: string } | undefined;
  readonly idleTimeout?: Span | undefined;
  /** Requests in all, the first included, where the server stumbles. Default 4. */
  readonly attempts?: number | undefined;
  readonly limits?: Pick<LimitOptions, "maxBytes"> | undefined;
  /** Whether text searches are left to the server's own index, which is fast and has its own idea of words. Default: the answer is that of files. */
  readonly textByServer?: boolean | undefined;
  readonly observe?: Observe | undefined;
  /** How sockets are opened; by the platform's WebSocket, or the package `ws`, without it. */
  readonly openSocket?: OpenSocket | undefined;
};

/**
 * Runs on a Tiled server: written by TiledWriter, or served out of MongoDB. Nothing is asked before it is needed; what kind of server it is, once.
 *
 * Rejects `auth` for a wrong key, `connection` where the server can't be reached or fails, `format` for answers that are not Tiled's.
 */
export function tiledBackend(options: TiledOptions): CatalogBackend {
  const { api, path } = tiledAddress(options.url, options.path);
  const connection = connect({ ...options, api });
  const name = path.length === 0 ? api : `${api}/metadata/${path.join("/")}`;
  let asked: Promise<Server> | undefined;
  let known: Server | undefined;
  /** Streams of runs that are over: they don't change. */
  const streams = new Map<string, readonly TiledStream[]>();

  const server = async (call: Waiting): Promise<Server> => {
    if (known !== undefined) return known;
    asked ??= readServer(connection, path, call);
    try {
      return (known = await asked);
    } finally {
      // One caller's failure, or abort, is not the next one's.
      asked = undefined;
    }
  };
  const run = (uid: string): readonly string[] => [...path, uid];
  const get = async (uid: string, call: Waiting): Promise<RunHeader | undefined> => {
    if (!isName(uid)) return undefined;
    const node = await findNode(connection, run(uid), call, [
      ["fields", "metadata"],
      ["fields", "specs"],
    ]);
    const header = node && headerOf(node);
    return header?.start.uid === uid ? header : undefined;
  };
  const existing = async (uid: string, call: Waiting): Promise<RunHeader> => {
    const header = await get(uid, call);
    if (header !== undefined) return header;
    throw eventModelError("RunNotFound", `no run '${uid}' on ${name}`, { id: uid });
  };
  const streamsOfRun = async (uid: string, call: Waiting): Promise<readonly TiledStream[]> => {
    const kept = streams.get(uid);
    if (kept !== undefined) return kept;
    const header = await existing(uid, call);
    const found = await streamsOf(connection, run(uid), uid, call);
    if (header.stop !== undefined) {
      if (streams.size >= 64) streams.delete(streams.keys().next().value ?? "");
      streams.set(uid, found);
    }
    return found;
  };
  const streamOf = async (uid: string, stream: string, call: Waiting) =>
    (await streamsOfRun(uid, call)).find((item) => item.name === stream);
  const filters = (query: ListQuery, { dialect, queries }: Server) => [
    ...filtersOf(query, dialect, queries),
    ...(options.textByServer === true ? textFilter(query.text) : []),
  ];

  return {
    name,
    get info() {
      return { driver: "tiled", url: name, ...(known === undefined ? {} : { tree: known.dialect, version: known.version ?? "unknown" }) };
    },
    ...(options.textByServer === true && { textByStore: true }),
    async *list(query, { signal }) {
      const about = await server({ signal });
      // Where something is left to be looked at again, more than what is wanted may have to be asked for.
      const exact = query.where === undefined && query.text === undefined && query.uidPrefix === undefined;
      yield* runsOf(connection, path, about, filters(query, about), { signal, ...(exact && { expected: query.expected }) });
    },
    get,
    async *documents(uid, { signal, ...hints }) {
      const { dialect } = await server({ signal });
      const header = await existing(uid, { signal });
      if (dialect === "mongo") yield* storedDocuments(connection, run(uid), { signal });
      else yield* composedDocuments(connection, run(uid), header, hints, { signal });
    },
    async count(query, call) {
      const narrowed = query.where ?? query.text ?? query.uidPrefix ?? query.range ?? query.scanId;
      if (narrowed !== undefined) return undefined;
      const page = parsePage(
        await connection.json(
          "/search/",
          path,
          [
            ["fields", "count"],
            ["page[limit]", "0"],
          ],
          call,
        ),
        name,
      );
      return page.meta?.count ?? undefined;
    },
    async distinct(key, query, call): Promise<readonly Facet[] | undefined> {
      if (Object.values(query).some((value) => value !== undefined)) return undefined;
      try {
        const answer = parseDistinct(
          await connection.json(
            "/distinct/",
            path,
            [
              ["metadata", `start.${key}`],
              ["counts", "true"],
            ],
            call,
          ),
          name,
        );
        const values = answer.metadata?.[`start.${key}`];
        // Lists and objects come in the server's own form.
        if (values === undefined || values.some(({ value, count }) => typeof value === "object" || typeof count !== "number"))
          return undefined;
        return values.map(({ value, count }) => ({ value, count: count ?? 0 }));
      } catch (error) {
        if (isSondeError(error, "connection") && !error.retryable) return undefined;
        throw error;
      }
    },
    async descriptors(uid, call) {
      return (await streamsOfRun(uid, call)).flatMap(({ descriptors }) => descriptors).sort((a, b) => a.time - b.time);
    },
    async columns(uid, { stream, fields }, call) {
      if ((await server(call)).dialect === "mongo") return undefined;
      const found = await streamOf(uid, stream, call);
      if (found === undefined) return undefined;
      const table = await findInternal(connection, found.path, call);
      if (table === undefined) return undefined;
      return renamed(readInternal(connection, table, fields.map(columnOf), call), fields, numericKeys(found.descriptors));
    },
    async frames(uid, { stream, field }, call) {
      const found = await streamOf(uid, stream, call);
      if (found === undefined) return undefined;
      const node = (where: readonly string[]) => findNode(connection, where, call);
      const array = await findArray(node, [
        [...found.path, field],
        [...found.path, "data", field],
      ]);
      const shape = found.descriptors.map(({ data_keys: keys }) => keys[field]?.shape).find((item) => item !== undefined);
      return array && framesOf(connection, array, shape);
    },
    async insert(kind, document, call) {
      if ((await server(call)).dialect === "sql") {
        throw sondeError("unsupported", `${name} takes runs by TiledWriter of bluesky-tiled-plugins only: use it, or insert into files`, {
          what: "inserting into TiledWriter's tree",
        });
      }
      await connection.post("/documents/", path, JSON.stringify({ name: kind, doc: plainOf(document) }), call);
    },
    async *follow(uid, call) {
      if ((await server(call)).dialect === "mongo") {
        throw sondeError(
          "unsupported",
          `${name} serves MongoDB, whose runs can't be followed: read the run again, or follow TiledWriter's tree`,
          {
            what: "following runs of MongoDB over Tiled",
          },
        );
      }
      yield* followRun(
        { connection, run: run(uid), uid, openSocket: options.openSocket, header: (waiting) => existing(uid, waiting) },
        call,
      );
    },
    async *watch(call) {
      yield* watchRuns(connection, path, options.openSocket, call);
    },
  };
}

/** By the names of data keys, with the NaN that the server keeps as null. */
async function* renamed(rows: ReturnType<typeof readInternal>, fields: readonly string[], numeric: ReadonlySet<string>) {
  for await (const { seqNum, time, data } of rows) {
    const named = fields.flatMap((field) => {
      const cells = data.get(columnOf(field));
      if (cells === undefined) return [];
      const whole = cells instanceof Float64Array || !numeric.has(field);
      return [[field, whole ? cells : Array.from(cells, (cell) => cell ?? Number.NaN)] as const];
    });
    yield { seqNum, time, data: new Map(named) };
  }
}
