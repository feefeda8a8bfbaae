import { checkAnnotation, checkCollection, checkTag, matches, type StreamRecord, tagKeys } from "./metadata.js";
import { refusal, serverCode } from "./refusal.js";
import type { StreamPoints } from "./stream-points.js";

export type StoredStream = StreamRecord & { readonly points: StreamPoints };

type Keyed = ReadonlyMap<string, string | null>;

/** All streams of a server, by uuid. */
export class Store {
  readonly #streams = new Map<string, StoredStream>();
  readonly #obliterated = new Set<string>();
  /** Which stream has this collection and these tags. */
  readonly #twins = new Map<string, string>();

  create(uuid: string, collection: string, tags: Keyed, annotations: Keyed, points: StreamPoints): StoredStream {
    checkCollection(collection);
    for (const [key, value] of tags) checkTag(key, value ?? "");
    for (const [key, value] of annotations) checkAnnotation(key, value);
    if (this.#streams.has(uuid)) throw refusal(serverCode.sameStream, `a stream with uuid ${uuid} exists`);
    if (this.#obliterated.has(uuid)) throw refusal(serverCode.reusedUuid, `uuid ${uuid} belonged to a stream that was obliterated`);
    const all = new Map(tagKeys.map((key) => [key as string, tags.get(key) ?? ""]));
    this.#refuseTwin(uuid, collection, all);
    const stream = { uuid, collection, tags: all, annotations: new Map(annotations), propertyVersion: 1n, points };
    this.#streams.set(uuid, stream);
    this.#twins.set(twinKey(collection, all), uuid);
    return stream;
  }

  /** Rejects 404. */
  get(uuid: string): StoredStream {
    const stream = this.#streams.get(uuid);
    if (stream === undefined) throw refusal(serverCode.noSuchStream, `stream ${uuid} does not exist`);
    return stream;
  }

  obliterate(uuid: string): void {
    const stream = this.get(uuid);
    this.#twins.delete(twinKey(stream.collection, stream.tags));
    this.#streams.delete(uuid);
    this.#obliterated.add(uuid);
  }

  setTags(uuid: string, expected: bigint, collection: string, changes: Keyed, removals: readonly string[]): void {
    const stream = this.#expecting(uuid, expected);
    if (collection !== "") checkCollection(collection);
    for (const [key, value] of changes) checkTag(key, value ?? "");
    const tags = new Map(stream.tags);
    for (const [key, value] of changes) tags.set(key, value ?? "");
    for (const key of removals) if (tags.has(key)) tags.set(key, "");
    const home = collection === "" ? stream.collection : collection;
    this.#refuseTwin(uuid, home, tags);
    this.#twins.delete(twinKey(stream.collection, stream.tags));
    this.#twins.set(twinKey(home, tags), uuid);
    this.#streams.set(uuid, { ...stream, collection: home, tags, propertyVersion: stream.propertyVersion + 1n });
  }

  setAnnotations(uuid: string, expected: bigint, changes: Keyed, removals: readonly string[]): void {
    const stream = this.#expecting(uuid, expected);
    for (const [key, value] of changes) checkAnnotation(key, value);
    const annotations = new Map(stream.annotations);
    for (const [key, value] of changes) annotations.set(key, value);
    for (const key of removals) annotations.delete(key);
    this.#streams.set(uuid, { ...stream, annotations, propertyVersion: stream.propertyVersion + 1n });
  }

  /** By collection, then name, then uuid. */
  lookup(collection: string, isPrefix: boolean, tags: Keyed = new Map(), annotations: Keyed = new Map()): StoredStream[] {
    const key = (stream: StoredStream) => `${stream.collection}\0${stream.tags.get("name")}\0${stream.uuid}`;
    return [...this.#streams.values()]
      .filter((stream) => (isPrefix ? stream.collection.startsWith(collection) : stream.collection === collection))
      .filter((stream) => matches(stream, tags, annotations))
      .map((stream) => [key(stream), stream] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, stream]) => stream);
  }

  collections(prefix: string): string[] {
    return [...new Set(this.lookup(prefix, true).map((stream) => stream.collection))];
  }

  #expecting(uuid: string, expected: bigint): StoredStream {
    const stream = this.get(uuid);
    if (expected !== 0n && expected !== stream.propertyVersion) {
      throw refusal(serverCode.propertyVersionMismatch, `the property version is ${stream.propertyVersion}, not ${expected}`);
    }
    return stream;
  }

  #refuseTwin(uuid: string, collection: string, tags: ReadonlyMap<string, string>): void {
    const other = this.#twins.get(twinKey(collection, tags));
    if (other !== undefined && other !== uuid) {
      throw refusal(serverCode.ambiguousStream, `a stream of collection '${collection}' with the same tags exists: ${other}`);
    }
  }
}

function twinKey(collection: string, tags: ReadonlyMap<string, string>): string {
  return JSON.stringify([collection, ...tagKeys.map((key) => tags.get(key))]);
}
