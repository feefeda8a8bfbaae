import { files } from "#platform";
import type { Waiting } from "../catalog/types.js";
import type { DocumentName, DocumentOf, DocumentPair } from "../event-model/documents.js";
import { eventModelError } from "../event-model/errors.js";
import { RunRouter } from "../event-model/router.js";
import type { IndexedRun } from "../files/run-index.js";
import { DocumentEncoder, type FileFormat } from "./document-encoder.js";

type Insert = <Name extends DocumentName>(name: Name, document: DocumentOf<Name>, options: Waiting) => Promise<void>;

/** Appends documents to files of a folder, one a run: `<uid>.msgpack`, or the file that a run under way lies in. */
export function documentWriter(
  folder: string,
  runs: () => Promise<readonly IndexedRun[]>,
  documents: (uid: string, options: Waiting) => AsyncIterable<DocumentPair>,
): { readonly insert: Insert } {
  // Where each run is written; documents find their run by what they refer to.
  let target: { readonly path: string; readonly encoder: DocumentEncoder } | undefined;
  let learned = false;
  /** Files of runs that were begun before this program. */
  const begun = new Map<string, { readonly path: string; readonly format: FileFormat }>();
  const router = new RunRouter<void>((start) => {
    const { path, format } = begun.get(start.uid) ?? { path: files.resolve(folder, `${fileNameOf(start.uid)}.msgpack`), format: "msgpack" };
    const run = { path, encoder: new DocumentEncoder(format) };
    const choose = () => {
      target = run;
    };
    return everyName(choose);
  });
  // One after the other: lines of one file must not mix.
  let queue: Promise<unknown> = Promise.resolve();

  const write = async (pair: DocumentPair, { signal }: Waiting) => {
    signal.throwIfAborted();
    if (pair[0] !== "start" && !learned) {
      learned = true;
      for (const run of await runs()) {
        if (run.stop === undefined && run.format.id !== "json" && !router.active.includes(run.start.uid)) await learn(run, { signal });
      }
    }
    if (pair[0] === "start" && (await runs()).some(({ start }) => start.uid === pair[1].uid)) {
      throw eventModelError("EventModelValueError", `run '${pair[1].uid}' is there already: a run has one start`, {});
    }
    target = undefined;
    router.route(pair);
    const chosen: typeof target = target;
    if (chosen === undefined) return;
    const { path, encoder } = chosen as { readonly path: string; readonly encoder: DocumentEncoder }; // set by the router's callback
    await files.append(path, encoder.encode(pair));
  };
  /** What documents of a run refer to that was begun before this program. */
  const learn = async (run: IndexedRun, options: Waiting) => {
    const format = run.format.id === "jsonl" ? "jsonl" : "msgpack";
    begun.set(run.start.uid, { path: files.resolve(folder, run.file.name), format });
    for await (const pair of documents(run.start.uid, options)) {
      target = undefined;
      router.route(pair);
      const chosen = target as { readonly encoder: DocumentEncoder } | undefined; // as above
      if (pair[0] === "descriptor") chosen?.encoder.learn(pair[1]);
    }
  };

  return {
    insert(name, document, options) {
      // Name and document belong together by the signature.
      const pair = [name, document] as unknown as DocumentPair;
      const done = queue.then(() => write(pair, options));
      queue = done.catch(() => {});
      return done;
    },
  };
}

function everyName(callback: () => void) {
  return {
    start: callback,
    stop: callback,
    descriptor: callback,
    event: callback,
    event_page: callback,
    bulk_events: callback,
    resource: callback,
    datum: callback,
    datum_page: callback,
    bulk_datum: callback,
    stream_resource: callback,
    stream_datum: callback,
  };
}

/** Uids are data: what is more than letters, digits, "-" and "_" is written otherwise in a file's name. */
export function fileNameOf(uid: string): string {
  return uid.replace(/[^A-Za-z0-9_-]/g, (unit) => `%${unit.charCodeAt(0).toString(16)}`).slice(0, 200);
}
