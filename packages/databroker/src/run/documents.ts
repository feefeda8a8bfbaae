import type { Waiting } from "../catalog/types.js";
import { type DataKey, externalKind } from "../event-model/data-key.js";
import type { DocumentPair, Event, EventDescriptor } from "../event-model/documents.js";
import { ownValue, setOwn } from "../event-model/own.js";
import { streamNameOf } from "../event-model/stream-name.js";
import { AssetStore } from "../handlers/asset-store.js";
import type { RunContext } from "./context.js";
import type { Fill } from "./types.js";

type Options = Waiting & {
  readonly streams?: readonly string[] | undefined;
  readonly fill: Fill;
  readonly fields?: readonly string[] | undefined;
};

/**
 * The documents of a run, those of some streams only where `streams` says so. `fill` puts what datum ids name in their place, or a function that
 * reads it; an event that comes before its datum waits for it, and so do the events after it.
 */
export async function* runDocuments(context: RunContext, options: Options): AsyncGenerator<DocumentPair, void, undefined> {
  const { signal, streams, fill } = options;
  const descriptors = new Map<string, EventDescriptor>();
  const store = new AssetStore(context.handlers);
  const waiting: Event[] = [];
  const flush = async function* (last: boolean): AsyncGenerator<DocumentPair, void, undefined> {
    while (waiting[0] !== undefined) {
      const [event] = waiting;
      const keys = unfilledKeys(event, descriptors.get(event.descriptor));
      if (!last && keys.some(([key]) => !store.knows(String(ownValue(event.data, key))))) return;
      waiting.shift();
      yield ["event", await filled(event, keys, store, fill, signal)];
    }
  };
  try {
    for await (const pair of context.documents({ signal, streams, ...(options.fields === undefined ? {} : { fields: options.fields }) })) {
      signal.throwIfAborted();
      const [name, document] = pair;
      store.add(pair);
      if (name === "descriptor") {
        if (streams !== undefined && !streams.includes(streamNameOf(document))) continue;
        descriptors.set(document.uid, document);
      }
      if (name === "event") {
        if (streams !== undefined && !descriptors.has(document.descriptor)) continue;
        if (fill === "no") yield pair;
        else {
          waiting.push(document);
          yield* flush(false);
        }
        continue;
      }
      if (name === "stop") yield* flush(true);
      if (name === "stream_datum" && streams !== undefined && document.descriptor !== "" && !descriptors.has(document.descriptor)) continue;
      yield pair;
      if (name === "datum" && waiting.length > 0) yield* flush(false);
    }
    yield* flush(true);
  } finally {
    // What `delayed` gave out opens its files again.
    await store.close();
  }
}

/** Keys whose data an event names only by a datum id. */
export function unfilledKeys(event: Event, descriptor: EventDescriptor | undefined): (readonly [key: string, dataKey: DataKey])[] {
  return Object.entries(descriptor?.data_keys ?? {}).filter(([key, dataKey]) => {
    if (externalKind(dataKey) !== "datum" || !Object.hasOwn(event.data, key)) return false;
    const state = ownValue(event.filled, key);
    return state === undefined || state === false;
  });
}

async function filled(
  event: Event,
  keys: readonly (readonly [string, DataKey])[],
  store: AssetStore,
  fill: Fill,
  signal: AbortSignal,
): Promise<Event> {
  if (keys.length === 0) return event;
  const data = { ...event.data };
  const states = { ...event.filled };
  for (const [key, dataKey] of keys) {
    const datumId = String(ownValue(event.data, key));
    const read = (options: { readonly signal?: AbortSignal } = {}) => store.read(datumId, dataKey, { signal: options.signal ?? signal });
    setOwn(data, key, fill === "delayed" ? read : await read());
    if (fill === "yes") setOwn(states, key, datumId);
  }
  return { ...event, data, filled: states };
}
