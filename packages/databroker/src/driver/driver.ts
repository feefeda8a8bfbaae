import { type Call, type Collection, type Driver, type Json, matchesQuery, type StreamDriver, sondeError } from "@sonde/core/connector";
import type { CatalogView } from "../catalog/catalog.js";
import { valueAt } from "../catalog/facets.js";
import type { RunCatalog, RunHeader } from "../catalog/types.js";
import { nanosOf } from "../event-model/seconds.js";
import { streamNameOf } from "../event-model/stream-name.js";
import { runContext } from "../run/context.js";
import { dataKeysOf, streamsOf } from "../run/describe.js";
import { toMetadata } from "./json.js";
import { isArrayField, type StreamData } from "./stream-data.js";
import { type Shared, streamDriver, streamId } from "./stream-driver.js";

/** A catalog as a driver: runs are collections, their streams are streams. `close` is what closing the source closes. */
export function catalogDriver(catalog: RunCatalog, view: CatalogView, close: () => Promise<void>): Driver<RunCatalog> {
  const { backend, handlers, list, get } = view;
  let closed = false;
  const shared: Shared = {
    check() {
      if (closed) throw sondeError("closed", `${catalog.name} was closed while it was read`, { id: catalog.name });
    },
    cache: new Map<string, StreamData>(),
  };
  const contextOf = (header: RunHeader) => runContext(header, backend, handlers);

  async function* streamsOfRun(header: RunHeader, call: Call): AsyncGenerator<StreamDriver, void, undefined> {
    const context = contextOf(header);
    const descriptors = await context.descriptors(call);
    for (const name of streamsOf(descriptors)) {
      const own = descriptors.filter((descriptor) => streamNameOf(descriptor) === name);
      yield streamDriver(context, name, [...dataKeysOf(own).values()].some(isArrayField), shared);
    }
  }

  return {
    client: catalog,
    get info() {
      return backend.info;
    },
    async *streams(query, call) {
      call.signal.throwIfAborted();
      shared.check();
      const { collection } = query;
      const exact = collection === undefined || collection.endsWith("/") ? undefined : await get(collection, call);
      if (collection !== undefined && !collection.endsWith("/") && exact === undefined) return;
      for await (const header of exact === undefined ? list({}, call) : [exact]) {
        for await (const stream of streamsOfRun(header, call)) {
          shared.check();
          if (matchesQuery(stream, query)) yield stream;
        }
      }
    },
    async stream(id, call) {
      call.signal.throwIfAborted();
      shared.check();
      const slash = id.indexOf("/");
      const header = slash <= 0 ? undefined : await get(decoded(id.slice(0, slash)), call);
      if (header !== undefined) {
        for await (const stream of streamsOfRun(header, call)) if (stream.id === id) return stream;
      }
      throw sondeError(
        "not-found",
        `no stream '${id}' in ${catalog.name}: ids are <uid of the run>/<stream>, as in ${await example(call)}`,
        { id },
      );
    },
    async close() {
      if (closed) return;
      closed = true;
      shared.cache.clear();
      await close();
    },
    collections: {
      async *list(query, call) {
        call.signal.throwIfAborted();
        shared.check();
        for await (const header of list({ range: query.range }, call)) {
          shared.check();
          const time = nanosOf(header.start.time);
          if (query.range !== undefined && (time < query.range.start || time >= query.range.end)) continue;
          const collection = collectionOf(header, time);
          if (Object.entries(query.where ?? {}).every(([path, wanted]) => matches(collection, path, wanted))) yield collection;
        }
      },
    },
  };

  /** A stream's id for the message of an error. */
  async function example(call: Call): Promise<string> {
    for await (const { start } of list({ expected: 1 }, call)) return `'${streamId(start.uid, "primary")}'`;
    return "a catalog with runs";
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function collectionOf({ start, stop }: RunHeader, time: bigint): Collection {
  return { id: start.uid, time, metadata: { start: toMetadata(start), ...(stop === undefined ? {} : { stop: toMetadata(stop) }) } };
}

/** Paths begin at the run ("start.plan_name", "stop.exit_status"), or at its start ("plan_name"). A list matches where one of its items does. */
function matches({ metadata }: Collection, path: string, wanted: Json): boolean {
  const roots = [metadata, metadata.start].filter((root) => typeof root === "object" && root !== null);
  return roots.some((root) => {
    const value = valueAt(root as object, path); // filtered above
    return same(value, wanted) || (Array.isArray(value) && value.some((item) => same(item, wanted)));
  });
}

function same(a: unknown, b: Json): boolean {
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) {
    const numbers = (typeof a === "number" || typeof a === "bigint") && (typeof b === "number" || typeof b === "bigint");
    // biome-ignore lint/suspicious/noDoubleEquals: 1n == 1 is the comparison wanted
    return numbers ? a == b : a === b;
  }
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return (
    Array.isArray(a) === Array.isArray(b) &&
    left.length === right.length &&
    right.every(([key, value]) => same(Object.hasOwn(a, key) ? (a as Record<string, unknown>)[key] : undefined, value))
  ); // own, as just seen
}
