import { isSondeError, type Metadata, sondeError } from "@sonde/core";
import { mapConcurrent } from "@sonde/core/bytes";
import type { CallOptions } from "../call.js";
import { versionNumber } from "../points/version.js";
import { BTrDB } from "../proto/btrdb_pb.js";
import { withDetails } from "../transport/errors.js";
import type { RequestOptions } from "../transport/transport.js";
import { uuidBytes, uuidText } from "../uuid.js";
import { outcomeOf } from "./insert.js";
import { findMetadata, lookupStreams, metadataByUuid } from "./lookup.js";
import { metadataOf, pairsOf, type Tags, writeAnnotation } from "./metadata.js";
import { about, type Session, streamInfo } from "./session.js";
import { type BtrdbStream, createStream } from "./stream.js";
import { type BtrdbStreamSet, createStreamSet } from "./stream-set.js";
import { type Arrival, arrivals } from "./subscribe.js";

/** Text with or without dashes, 16 bytes, or `collection/name`. */
export type StreamIdentifier = string | Uint8Array;
export type ServerInfo = {
  readonly majorVersion: number;
  readonly minorVersion: number;
  readonly build: string;
  readonly proxyEndpoints: readonly string[];
};
export type CreateOptions = CallOptions & {
  /** A random one without. */
  readonly uuid?: string | Uint8Array | undefined;
  readonly collection: string;
  /** BTrDB gives `name` and `unit` a meaning. */
  readonly tags: Tags;
  readonly annotations?: Metadata | undefined;
};
export type SearchOptions = CallOptions & {
  /** Whether collections that begin so are meant too; they are without. */
  readonly prefix?: boolean | undefined;
  /** All of these; undefined as value for any value. */
  readonly tags?: { readonly [key: string]: string | undefined } | undefined;
  /** Likewise, as they are stored: text, or JSON. */
  readonly annotations?: { readonly [key: string]: string | undefined } | undefined;
};

/** A connection to a BTrDB cluster. Close it, or declare it with `await using`. */
export interface Btrdb extends AsyncDisposable {
  /** `host:port`. */
  readonly endpoint: string;
  /** Asks the server what it is. */
  info(options?: CallOptions): Promise<ServerInfo>;
  listCollections(prefix?: string, options?: CallOptions): Promise<string[]>;
  /** Streams in the order asked for. Rejects `not-found` for the first that there is not. */
  streams(...identifiers: readonly StreamIdentifier[]): Promise<BtrdbStreamSet>;
  streams(
    identifiers: readonly StreamIdentifier[],
    options?: CallOptions & { readonly versions?: readonly bigint[] | undefined },
  ): Promise<BtrdbStreamSet>;
  /** Streams of a collection and, unless `prefix` is false, of all that begin so; of all collections without. */
  streamsInCollection(collection?: string, options?: SearchOptions): Promise<BtrdbStreamSet>;
  /** Rejects `not-found`. */
  streamFromUuid(uuid: string | Uint8Array, options?: CallOptions): Promise<BtrdbStream>;
  /** Rejects `options` where the uuid, or the collection with these tags, is taken. */
  create(options: CreateOptions): Promise<BtrdbStream>;
  /** Rows of a SELECT over the table `streams`; parameters are `$1`, `$2`. */
  query(statement: string, parameters?: readonly string[], options?: CallOptions): Promise<{ readonly [column: string]: unknown }[]>;
  /** How many streams of the collections that begin so have each tag and annotation. */
  collectionMetadata(
    prefix?: string,
    options?: CallOptions,
  ): Promise<{ readonly tags: { readonly [key: string]: number }; readonly annotations: { readonly [key: string]: number } }>;
  /** Of streams in collections that begin so. */
  listUniqueAnnotations(prefix?: string, options?: CallOptions): Promise<string[]>;
  listUniqueNames(prefix?: string, options?: CallOptions): Promise<string[]>;
  listUniqueUnits(prefix?: string, options?: CallOptions): Promise<string[]>;
  /**
   * Points of these streams as somebody inserts them, until it is left. What was inserted before, or while the connection was away, is not
   * told: follow a stream through the connector where none may be missing. Rejects `unsupported` where the server has no Arrow calls.
   */
  subscribe(streams: Iterable<BtrdbStream | string>, options?: CallOptions): AsyncIterable<Arrival>;
  /** Idempotent; calls under way reject `closed`. */
  close(): Promise<void>;
}

export function createBtrdb(session: Session): Btrdb {
  const { transport } = session;

  async function find(identifiers: readonly StreamIdentifier[], options: CallOptions): Promise<BtrdbStream[]> {
    const signal = options.signal ?? new AbortController().signal;
    const found = mapConcurrent(identifiers, session.concurrency, (one, call) => findMetadata(session, one, { ...options, ...call }), {
      signal,
    });
    const streams: BtrdbStream[] = [];
    for await (const metadata of found) streams.push(createStream(session, uuidBytes(metadata.uuid), metadata));
    return streams;
  }

  async function query(statement: string, parameters: readonly string[], options: CallOptions): Promise<Row[]> {
    const rows: Row[] = [];
    const request = { query: statement, params: [...parameters] };
    for await (const { rows: found } of transport.list(BTrDB.method.sQLQuery, request, options)) {
      for (const row of found) rows.push(parseRow(row));
    }
    return rows;
  }

  async function unique(column: string, as: string, prefix: string | undefined, options: CallOptions): Promise<string[]> {
    const select = `select distinct(${column}) as ${as} from streams`;
    const rows =
      prefix === undefined ? await query(select, [], options) : await query(`${select} where collection like $1`, [`${prefix}%`], options);
    return rows.map((row) => String(row[as]));
  }

  const client: Btrdb = {
    get endpoint() {
      return transport.endpoint.target;
    },
    async info(options = {}) {
      return serverInfo(session, options);
    },
    async listCollections(prefix = "", options = {}) {
      const collections: string[] = [];
      for await (const reply of transport.list(BTrDB.method.listCollections, { prefix }, options)) collections.push(...reply.collections);
      return collections;
    },
    async streams(...given: readonly unknown[]) {
      const [identifiers, options] = identifiersOf(given);
      const { versions } = options;
      if (versions !== undefined && versions.length !== identifiers.length) {
        throw sondeError("options", `${versions.length} versions go with ${identifiers.length} streams: give one for each`, {});
      }
      const streams = await find(identifiers, options);
      const pinned = new Map(streams.map(({ uuid }, index) => [uuid, versionNumber(versions?.[index])]));
      return createStreamSet(session, streams, versions === undefined ? {} : { versions: pinned });
    },
    async streamsInCollection(collection = "", { prefix = true, tags, annotations, ...options } = {}) {
      const streams: BtrdbStream[] = [];
      const query = { collection, prefix: prefix || collection === "", tags, annotations };
      for await (const metadata of lookupStreams(session, query, options)) {
        streams.push(createStream(session, uuidBytes(metadata.uuid), metadata));
      }
      return createStreamSet(session, streams);
    },
    async streamFromUuid(uuid, options = {}) {
      const bytes = uuidBytes(uuid);
      return createStream(session, bytes, await metadataByUuid(session, bytes, options));
    },
    async create({ uuid, collection, tags, annotations = {}, ...options }) {
      const bytes = uuidBytes(uuid ?? crypto.randomUUID());
      const written = Object.fromEntries(Object.entries(annotations).map(([key, value]) => [key, writeAnnotation(value)]));
      const request = { uuid: bytes, collection, tags: pairsOf(tags), annotations: pairsOf(written) };
      try {
        await transport.ask(BTrDB.method.create, request, { ...about(bytes, options), repeatable: false });
      } catch (error) {
        if (options.signal?.aborted || !isSondeError(error)) throw error;
        throw withDetails(error, { outcome: outcomeOf(error) });
      }
      const { descriptor } = await streamInfo(session, bytes, options);
      const plain = {
        uuid: uuidText(bytes),
        collection,
        name: tags.name ?? "",
        unit: tags.unit ?? "",
        tags,
        annotations,
        propertyVersion: 1n,
      };
      return createStream(session, bytes, descriptor === undefined ? plain : metadataOf(descriptor));
    },
    query: (statement, parameters = [], options = {}) => query(statement, parameters, options),
    async collectionMetadata(prefix = "", options = {}) {
      const { tags, annotations } = await transport.ask(BTrDB.method.getMetadataUsage, { prefix }, options);
      const counts = (pairs: readonly { key: string; count: bigint }[]) =>
        Object.fromEntries(pairs.map(({ key, count }) => [key, Number(count)]));
      return { tags: counts(tags), annotations: counts(annotations) };
    },
    listUniqueAnnotations: (prefix, options = {}) => unique("skeys(annotations)", "annotations", prefix, options),
    listUniqueNames: (prefix, options = {}) => unique("name", "name", prefix, options),
    listUniqueUnits: (prefix, options = {}) => unique("unit", "unit", prefix, options),
    subscribe(streams, options = {}) {
      const uuids = [...streams].map((stream) => uuidText(uuidBytes(typeof stream === "string" ? stream : stream.uuid)));
      return { [Symbol.asyncIterator]: () => arrivals(session, uuids, options) };
    },
    close: async () => transport.close(),
    [Symbol.asyncDispose]: async () => transport.close(),
  };
  return client;
}

export async function serverInfo({ transport }: Pick<Session, "transport">, options: RequestOptions): Promise<ServerInfo> {
  const { majorVersion, minorVersion, build, proxy } = await transport.ask(BTrDB.method.info, {}, options);
  return { majorVersion, minorVersion, build, proxyEndpoints: proxy?.proxyEndpoints ?? [] };
}

type Row = { readonly [column: string]: unknown };
type ListOptions = CallOptions & { readonly versions?: readonly bigint[] | undefined };

/** Identifiers one by one, or a list of them with options. */
function identifiersOf(given: readonly unknown[]): readonly [readonly StreamIdentifier[], ListOptions] {
  const [first, second] = given;
  // The overloads' own types.
  if (Array.isArray(first)) return [first as readonly StreamIdentifier[], (second ?? {}) as ListOptions];
  return [given as readonly StreamIdentifier[], {}];
}

const utf8 = new TextDecoder();

function parseRow(bytes: Uint8Array): Row {
  try {
    const row: unknown = JSON.parse(utf8.decode(bytes));
    // A JSON object; its keys are columns.
    if (row instanceof Object && !Array.isArray(row)) return row as Row;
  } catch {
    // Told below, as for JSON that is no object.
  }
  throw sondeError("format", "a row of the query's answer is no JSON object: is it a BTrDB server?", {});
}
