import type { ByteSource } from "@sonde/core/bytes";
import { delay } from "@sonde/core/bytes";
import { fitsListing } from "../catalog/order.js";
import type { CatalogBackend, RunHeader, Waiting } from "../catalog/types.js";
import type { DocumentPair } from "../event-model/documents.js";
import { eventModelError } from "../event-model/errors.js";
import { documentWriter } from "../write/writer.js";
import type { RunFiles } from "./run-files.js";
import { type IndexedRun, openRun, RunIndex } from "./run-index.js";

/** How often a file that is being written is looked at. */
const poll = "200ms";

/** Runs in files: msgpack, JSONL, lists of documents; in a folder, in a databroker-pack, or given one by one. */
export function fileBackend(files: RunFiles): CatalogBackend {
  const index = new RunIndex(files);

  /** A run as its file is now. */
  const current = async (uid: string, options: Waiting): Promise<IndexedRun> => {
    options.signal.throwIfAborted();
    let run = index.known(uid);
    if (run === undefined) {
      await index.list(options);
      run = index.known(uid);
    }
    if (run === undefined) throw eventModelError("RunNotFound", `no run '${uid}' in ${files.name}`, { id: uid });
    if (run.stop !== undefined) return run;
    // It may have grown since it was listed.
    return (await openRun(run.file, options)) ?? run;
  };
  async function* reading<T>(
    uid: string,
    options: Waiting,
    read: (run: IndexedRun, source: ByteSource, size: number) => AsyncIterable<T>,
  ): AsyncGenerator<T, void, undefined> {
    const run = await current(uid, options);
    const source = await run.file.open(options);
    try {
      yield* read(run, source, await source.size(options));
    } finally {
      await source.close();
    }
  }

  const documents = (uid: string, options: Waiting): AsyncGenerator<DocumentPair, void, undefined> =>
    reading(uid, options, (run, source, size) => run.format.documents(source, size, run, options));
  const writer =
    files.folder === undefined
      ? undefined
      : documentWriter(files.folder, () => index.list({ signal: new AbortController().signal }), documents);

  return {
    name: files.name,
    get info() {
      const unreadable = Object.fromEntries(index.problems);
      return { driver: "files", path: files.name, runs: index.size, ...(index.problems.size > 0 ? { unreadable } : {}) };
    },
    async *list(query, options) {
      options.signal.throwIfAborted();
      for (const run of await index.list(options)) {
        options.signal.throwIfAborted();
        if (fitsListing(run, query)) yield headerOf(run);
      }
    },
    async get(uid, options) {
      options.signal.throwIfAborted();
      await index.list(options);
      const run = index.known(uid);
      return run === undefined ? undefined : headerOf(run);
    },
    documents,
    async descriptors(uid, options) {
      const run = await current(uid, options);
      const source = await run.file.open(options);
      try {
        return await run.format.descriptors(source, await source.size(options), run, options);
      } finally {
        await source.close();
      }
    },
    async columns(uid, query, options) {
      options.signal.throwIfAborted();
      return reading(uid, options, (run, source, size) => run.format.columns(source, size, run, query, options));
    },
    ...(writer === undefined ? {} : { insert: writer.insert }),
    async *follow(uid, options) {
      let seen = 0;
      let read = -1;
      for (;;) {
        const run = await current(uid, options);
        const size = await sizeOf(run, options);
        if (size === read) {
          await delay(poll, options);
          continue;
        }
        read = size;
        let count = 0;
        let ended = false;
        for await (const pair of documents(uid, options)) {
          if (++count > seen) yield pair;
          ended = pair[0] === "stop";
        }
        seen = Math.max(seen, count);
        if (ended) return;
        await delay(poll, options);
      }
    },
    async *watch(options) {
      const seen = new Set((await index.list(options)).map(({ start }) => start.uid));
      for (;;) {
        await delay(poll, options);
        const fresh = (await index.list(options)).filter(({ start }) => !seen.has(start.uid));
        for (const run of fresh.reverse()) {
          seen.add(run.start.uid);
          yield headerOf(run);
        }
      }
    },
  };
}

async function sizeOf({ file }: IndexedRun, options: Waiting): Promise<number> {
  const source = await file.open(options);
  try {
    return await source.size(options);
  } finally {
    await source.close();
  }
}

function headerOf({ start, stop }: IndexedRun): RunHeader {
  return stop === undefined ? { start } : { start, stop };
}
