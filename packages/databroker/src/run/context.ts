import type { CatalogBackend, RunHeader, Waiting } from "../catalog/types.js";
import type { DocumentPair, EventDescriptor } from "../event-model/documents.js";
import { eventModelError } from "../event-model/errors.js";
import { streamNameOf } from "../event-model/stream-name.js";
import { unpacked } from "../event-model/unpack.js";
import type { HandlerRegistry } from "../handlers/registry.js";

/** What the parts of a run share. */
export interface RunContext {
  readonly header: RunHeader;
  readonly uid: string;
  readonly backend: CatalogBackend;
  readonly handlers: HandlerRegistry;
  /** Oldest first; those of a run that has ended are asked for once. */
  descriptors(options: Waiting): Promise<readonly EventDescriptor[]>;
  /** Of one stream; rejects `not-found` with the names of those that there are. */
  descriptorsOf(stream: string, options: Waiting): Promise<readonly EventDescriptor[]>;
  /** Unpacked: no pages, no bulks. */
  documents(
    options: Waiting & { readonly streams?: readonly string[] | undefined; readonly fields?: readonly string[] | undefined },
  ): AsyncIterable<DocumentPair>;
}

export function runContext(header: RunHeader, backend: CatalogBackend, handlers: HandlerRegistry): RunContext {
  const uid = header.start.uid;
  let known: readonly EventDescriptor[] | undefined;

  async function* documents(options: Parameters<RunContext["documents"]>[0]): AsyncGenerator<DocumentPair, void, undefined> {
    options.signal.throwIfAborted();
    for await (const pair of backend.documents(uid, options)) yield* unpacked(pair);
  }
  const read = async (options: Waiting): Promise<readonly EventDescriptor[]> => {
    const short = await backend.descriptors?.(uid, options);
    if (short !== undefined) return short;
    const found: EventDescriptor[] = [];
    for await (const [name, document] of documents({ ...options, streams: [] })) if (name === "descriptor") found.push(document);
    return found;
  };
  const descriptors = async (options: Waiting): Promise<readonly EventDescriptor[]> => {
    options.signal.throwIfAborted();
    if (known !== undefined) return known;
    const found = [...(await read(options))].sort((a, b) => a.time - b.time);
    // More may come while the run is under way.
    if (header.stop !== undefined) known = found;
    return found;
  };

  return {
    header,
    uid,
    backend,
    handlers,
    descriptors,
    async descriptorsOf(stream, options) {
      const all = await descriptors(options);
      const own = all.filter((descriptor) => streamNameOf(descriptor) === stream);
      if (own.length > 0) return own;
      const names = [...new Set(all.map(streamNameOf))];
      const there = names.length === 0 ? "it has none" : `there are ${names.join(", ")}`;
      throw eventModelError("EventModelKeyError", `run ${uid} has no stream '${stream}': ${there}`, { id: stream });
    },
    documents,
  };
}
