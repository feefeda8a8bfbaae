import { sondeError } from "@sonde/core";
import type { CallOptions } from "../call.js";
import { BTrDB } from "../proto/btrdb_pb.js";
import { uuidBytes } from "../uuid.js";
import { metadataOf, pairsOf, type StreamMetadata, type Tags } from "./metadata.js";
import { type Session, streamInfo } from "./session.js";

export type LookupQuery = {
  readonly collection: string;
  /** Collections that begin so, in place of the one that is called so. */
  readonly prefix: boolean;
  /** All of these; undefined as value for any value. */
  readonly tags?: { readonly [key: string]: string | undefined } | undefined;
  /** As they are stored: text, or JSON. */
  readonly annotations?: { readonly [key: string]: string | undefined } | undefined;
};

/** Streams as the server finds them, ordered by collection. */
export async function* lookupStreams({ transport }: Session, query: LookupQuery, options: CallOptions): AsyncGenerator<StreamMetadata> {
  const request = {
    collection: query.collection,
    isCollectionPrefix: query.prefix,
    tags: pairsOf(query.tags ?? {}),
    annotations: pairsOf(query.annotations ?? {}),
  };
  for await (const { results } of transport.list(BTrDB.method.lookupStreams, request, options)) {
    for (const descriptor of results) yield metadataOf(descriptor);
  }
}

/** The metadata of one stream. Rejects `not-found`. */
export async function metadataByUuid(session: Session, uuid: Uint8Array, options: CallOptions): Promise<StreamMetadata> {
  const { descriptor } = await streamInfo(session, uuid, options);
  if (descriptor !== undefined) return metadataOf(descriptor);
  throw sondeError("format", "the server described a stream by nothing: is it a BTrDB of version 5?", {});
}

/** The one stream that is called `collection/name`. Rejects `not-found`, and `options` where several are. */
export async function metadataByPath(session: Session, path: string, options: CallOptions): Promise<StreamMetadata> {
  const cut = path.lastIndexOf("/");
  if (cut < 1 || cut === path.length - 1) {
    throw sondeError("options", `'${path}' is neither a uuid nor "collection/name": list the streams with streamsInCollection()`, {});
  }
  const [collection, name] = [path.slice(0, cut), path.slice(cut + 1)];
  const tags: Tags = { name };
  const found: StreamMetadata[] = [];
  for await (const one of lookupStreams(session, { collection, prefix: false, tags }, options)) found.push(one);
  const [only] = found;
  if (only === undefined) {
    throw sondeError("not-found", `no stream '${name}' in the collection '${collection}': list them with streamsInCollection()`, {
      id: path,
    });
  }
  if (found.length > 1) {
    const uuids = found.slice(0, 9).map(({ uuid }) => uuid);
    throw sondeError("options", `${found.length} streams are called '${path}': ask by uuid, one of ${uuids.join(", ")}`, {});
  }
  return only;
}

/** By uuid in text or bytes, or by `collection/name`. */
export function findMetadata(session: Session, identifier: string | Uint8Array, options: CallOptions): Promise<StreamMetadata> {
  const byPath = typeof identifier === "string" && identifier.includes("/");
  return byPath ? metadataByPath(session, identifier, options) : metadataByUuid(session, uuidBytes(identifier), options);
}
