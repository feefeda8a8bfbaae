import { sondeError } from "@sonde/core";
import type { Call, Collection, Driver, Metadata } from "@sonde/core/connector";
import { metadataSchema, schemaToWire, streamFromWire, toWireJson } from "@sonde/core/wire";
import * as z from "zod";
import type { RemoteOptions } from "./options.js";
import { remoteStream } from "./stream.js";
import { type Asking, type Transport, transport } from "./transport.js";

/** What a server serves, as it tells it. */
export type RemoteSource = {
  readonly name: string;
  /** The id of the connector that reads it there. */
  readonly connector: string;
  readonly info: Metadata;
  readonly abilities: readonly string[];
};

/** The native API: what the server has besides the source that is open. */
export interface RemoteClient {
  readonly url: string;
  readonly source: RemoteSource;
  sources(options?: { readonly signal?: AbortSignal }): Promise<readonly RemoteSource[]>;
}

const sourceList = z.array(z.object({ name: z.string(), connector: z.string(), info: metadataSchema, abilities: z.array(z.string()) }));
const collection = z.object({ id: z.string(), time: z.bigint().optional(), metadata: metadataSchema });

export async function connect(options: RemoteOptions, call: Call): Promise<Driver<RemoteClient>> {
  const wire = transport(options);
  const sources = await listSources(wire, call);
  const source = chosen(sources, options);
  const here = { source: source.name };
  const stream = (value: unknown) => remoteStream(wire, source.name, streamFromWire(value), options.decoders);

  return {
    client: {
      url: options.url,
      source,
      sources: ({ signal = new AbortController().signal } = {}) => listSources(wire, { signal, observe: () => {} }),
    },
    info: source.info,
    async *streams(query, own) {
      for await (const item of wire.lines({ path: "streams", parameters: { ...here, ...query } }, own)) yield stream(item);
    },
    stream: async (id, own) => stream(await wire.json({ path: "stream", parameters: { ...here, stream: id } }, own)),
    close: async () => wire.close(),
    ...(source.abilities.includes("collections") && {
      collections: {
        async *list({ range, where }, own) {
          const parameters = { ...here, ...range, where: where && toWireJson(where) };
          for await (const item of wire.lines({ path: "collections", parameters }, own)) yield collectionOf(item);
        },
      },
    }),
    ...(source.abilities.includes("create") && {
      create: {
        async stream(info, schema, own) {
          const bytes = new TextEncoder().encode(toWireJson({ ...info, schema: await schemaToWire(schema) }));
          return stream(await wire.json({ path: "create", parameters: here, body: { type: "application/json", bytes } }, own));
        },
      },
    }),
  };
}

async function listSources(wire: Transport, call: Asking): Promise<readonly RemoteSource[]> {
  const { data, error } = sourceList.safeParse(await wire.json({ path: "sources" }, call));
  if (error) throw sondeError("format", "the answer is no list of sources: is this the address of a Sonde server?", {});
  return data;
}

function chosen(sources: readonly RemoteSource[], { source, url }: RemoteOptions): RemoteSource {
  const found = source === undefined ? sources.find((_, __, all) => all.length === 1) : sources.find(({ name }) => name === source);
  if (found !== undefined) return found;
  const there = sources.map(({ name }) => `'${name}'`).join(", ") || "none";
  const { host } = new URL(url);
  throw sondeError(
    "not-found",
    source === undefined
      ? `${host} serves several sources: choose by source, one of ${there}`
      : `${host} has no source '${source}': there is ${there}`,
    {
      id: source ?? host,
    },
  );
}

function collectionOf(item: unknown): Collection {
  const { data, error } = collection.safeParse(item);
  if (error) throw sondeError("format", "an item of the answer is no collection: is this the address of a Sonde server?", {});
  return { id: data.id, ...(data.time !== undefined && { time: data.time }), metadata: data.metadata };
}
