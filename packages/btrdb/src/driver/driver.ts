import type { Call, Collections, Create, Driver, Metadata, StreamDriver, StreamQuery } from "@sonde/core/connector";
import { schemaText, sondeError } from "@sonde/core/connector";
import type { Btrdb, ServerInfo } from "../client/btrdb.js";
import { lookupStreams, metadataByUuid } from "../client/lookup.js";
import { metadataOf } from "../client/metadata.js";
import { streamInfo } from "../client/session.js";
import { isUuid, uuidBytes } from "../uuid.js";
import type { DriverContext } from "./context.js";
import { pointSchema } from "./schema.js";
import { streamDriver } from "./stream.js";

/** `within` narrows all of it to one collection and those below it. */
export function btrdbDriver(context: DriverContext, info: ServerInfo, within: string | undefined): Driver<Btrdb> {
  const { session, client } = context;
  const scope = within?.replace(/\/+$/, "");
  const inScope = (collection: string) => scope === undefined || collection === scope || collection.startsWith(`${scope}/`);
  const notFound = (id: string) =>
    sondeError("not-found", `no stream '${id}' at ${client.endpoint}: ids are uuids, which \`streams()\` lists`, { id });

  async function* streams({ collection, name }: StreamQuery, call: Call): AsyncGenerator<StreamDriver> {
    call.signal.throwIfAborted();
    const prefix = collection === undefined || collection.endsWith("/");
    const query = { collection: collection ?? scope ?? "", prefix, ...(name === undefined || isUuid(name) ? {} : { tags: { name } }) };
    for await (const metadata of lookupStreams(session, query, call)) {
      const stream = streamDriver(context, metadata);
      if (inScope(metadata.collection) && (name === undefined || stream.name === name)) yield stream;
    }
  }

  async function stream(id: string, call: Call): Promise<StreamDriver> {
    call.signal.throwIfAborted();
    if (!isUuid(id)) throw notFound(id);
    const metadata = await metadataByUuid(session, uuidBytes(id), call);
    if (!inScope(metadata.collection)) throw notFound(id);
    return streamDriver(context, metadata);
  }

  const collections: Collections = {
    /** BTrDB says no times of collections: they come in its order, and none lies in a range. */
    async *list({ range, where }, call) {
      call.signal.throwIfAborted();
      if (range !== undefined || Object.keys(where ?? {}).length > 0) return;
      for (const id of await client.listCollections(scope ?? "", call)) if (inScope(id)) yield { id, metadata: {} };
    },
  };

  const create: Create = {
    async stream({ name, collection, metadata = {} }, schema, call) {
      call.signal.throwIfAborted();
      const unit = text(metadata.unit);
      const wanted = schemaText(pointSchema(""));
      if (schemaText(schema) !== wanted) {
        throw sondeError(
          "unsupported",
          `BTrDB stores streams of ${wanted}, not of ${schemaText(schema)}: make a stream for each column`,
          {},
        );
      }
      const into = collection ?? scope;
      if (into === undefined)
        throw sondeError("options", `the stream '${name}' needs a collection: BTrDB has no stream outside of one`, {});
      const made = await client.create({
        ...call,
        collection: into,
        tags: { name, ...(unit === "" ? {} : { unit }) },
        annotations: annotationsOf(metadata),
      });
      const { descriptor } = await streamInfo(session, uuidBytes(made.uuid), call);
      if (descriptor === undefined) throw notFound(made.uuid);
      return streamDriver(context, metadataOf(descriptor));
    },
  };

  return {
    client,
    info: {
      endpoint: client.endpoint,
      version: `${info.majorVersion}.${info.minorVersion}`,
      build: info.build,
      proxyEndpoints: info.proxyEndpoints,
      arrow: session.arrow,
    },
    streams,
    stream,
    close: () => client.close(),
    collections,
    create,
  };
}

/** Metadata of another BTrDB stream, or any. */
function annotationsOf(metadata: Metadata): Metadata {
  const { annotations } = metadata;
  // Of objects, as just asked; what is no list is a record.
  if (annotations instanceof Object && !Array.isArray(annotations)) return annotations as Metadata;
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== "unit"));
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
