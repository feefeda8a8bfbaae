import { raceAbort } from "@sonde/core/bytes";
import type { DocumentPair, EventDescriptor, RunStart, RunStop } from "../event-model/documents.js";
import { eventModelError } from "../event-model/errors.js";
import { RunRouter } from "../event-model/router.js";
import { unpacked } from "../event-model/unpack.js";
import { columnsOfDocuments } from "../files/documents-columns.js";
import { fitsListing, newestFirst } from "./order.js";
import type { CatalogBackend, RunHeader } from "./types.js";

type StoredRun = { readonly start: RunStart; stop: RunStop | undefined; readonly documents: DocumentPair[] };

/**
 * Runs in memory: for tests, and for whoever receives documents from somewhere else. Documents that are given at first may be of any number of
 * runs, each begun by its start. What is inserted is kept as it is, not copied.
 */
export function memoryBackend(documents: Iterable<DocumentPair> = [], name = "memory"): CatalogBackend {
  const runs = new Map<string, StoredRun>();
  let sorted: readonly StoredRun[] | undefined;
  let changed = signalOf();
  const begun: RunStart[] = [];

  const add = (start: RunStart): StoredRun => {
    if (runs.has(start.uid)) {
      throw eventModelError("EventModelValueError", `run '${start.uid}' is there already: a run has one start`, {});
    }
    const run: StoredRun = { start, stop: undefined, documents: [] };
    runs.set(start.uid, run);
    begun.push(start);
    sorted = undefined;
    return run;
  };
  const router = new RunRouter<void>((start) => {
    const run = add(start);
    const keep = (name: DocumentPair[0]) => (document: unknown) => {
      // Router and callback agree on name and document.
      run.documents.push([name, document] as unknown as DocumentPair);
    };
    return {
      start: keep("start"),
      descriptor: keep("descriptor"),
      event: keep("event"),
      event_page: keep("event_page"),
      bulk_events: keep("bulk_events"),
      resource: keep("resource"),
      datum: keep("datum"),
      datum_page: keep("datum_page"),
      bulk_datum: keep("bulk_datum"),
      stream_resource: keep("stream_resource"),
      stream_datum: keep("stream_datum"),
      stop: (stop) => {
        run.documents.push(["stop", stop]);
        run.stop = stop;
      },
    };
  });
  const insert = (pair: DocumentPair) => {
    router.route(pair);
    changed.resolve();
    changed = signalOf();
  };
  for (const pair of documents) insert(pair);

  const find = (uid: string): StoredRun => {
    const run = runs.get(uid);
    if (run === undefined) throw eventModelError("RunNotFound", `no run '${uid}' in ${name}`, { id: uid });
    return run;
  };
  const list = (): readonly StoredRun[] => (sorted ??= [...runs.values()].sort(newestFirst));

  return {
    name,
    get info() {
      return { driver: "memory", runs: runs.size };
    },
    async *list(query, { signal }) {
      for (const run of list()) {
        signal.throwIfAborted();
        if (fitsListing(run, query)) yield headerOf(run);
      }
    },
    async get(uid, { signal }) {
      signal.throwIfAborted();
      const run = runs.get(uid);
      return run === undefined ? undefined : headerOf(run);
    },
    async *documents(uid, { signal }) {
      signal.throwIfAborted();
      for (const pair of find(uid).documents.slice()) yield* unpacked(pair);
    },
    async descriptors(uid, { signal }) {
      signal.throwIfAborted();
      return find(uid).documents.flatMap(([name, document]): EventDescriptor[] => (name === "descriptor" ? [document] : []));
    },
    async columns(uid, query, { signal }) {
      signal.throwIfAborted();
      return columnsOfDocuments(each(find(uid).documents.slice()), query);
    },
    async insert(name, document, { signal }) {
      signal.throwIfAborted();
      // Name and document belong together by the signature.
      insert([name, document] as unknown as DocumentPair);
    },
    async *follow(uid, { signal }) {
      signal.throwIfAborted();
      const run = find(uid);
      for (let next = 0; ; ) {
        const wait = changed.promise;
        for (; next < run.documents.length; next++) {
          const pair = run.documents[next];
          if (pair !== undefined) yield* unpacked(pair);
        }
        if (run.stop !== undefined) return;
        await raceAbort(wait, signal);
      }
    },
    async *watch({ signal }) {
      signal.throwIfAborted();
      for (let next = begun.length; ; ) {
        const wait = changed.promise;
        for (; next < begun.length; next++) {
          const run = runs.get(begun[next]?.uid ?? "");
          if (run !== undefined) yield headerOf(run);
        }
        await raceAbort(wait, signal);
      }
    },
  };
}

function headerOf({ start, stop }: StoredRun): RunHeader {
  return stop === undefined ? { start } : { start, stop };
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* items;
}

/** A promise that others resolve. */
function signalOf(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
