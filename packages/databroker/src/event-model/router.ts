import type { DocumentName, DocumentOf, DocumentPair } from "./documents.js";
import { eventModelError } from "./errors.js";

/** What is called for documents of a name; those without one are passed over. */
export type DocumentCallbacks<Result = void> = {
  readonly [Name in DocumentName]?: (document: DocumentOf<Name>) => Result;
};

/** Calls back by the document's name; undefined where no callback takes it. */
export function routeDocument<Result>(pair: DocumentPair, callbacks: DocumentCallbacks<Result>): Result | undefined {
  // A pair's name and document belong together; the compiler can't follow that through an index.
  const callback = callbacks[pair[0]] as ((document: unknown) => Result) | undefined;
  return callback?.(pair[1]);
}

/**
 * Takes documents of several runs that interleave and gives each run its own callbacks, made from its start. A document of a run that never
 * started throws UnresolvableForeignKeyError. What a run holds is released at its stop.
 */
export class RunRouter<Result = void> {
  readonly #begin: (start: DocumentOf<"start">) => DocumentCallbacks<Result> | undefined;
  /** By run. */
  readonly #callbacks = new Map<string, DocumentCallbacks<Result>>();
  /** Runs of descriptors, resources and stream resources, by their uids. */
  readonly #runs = new Map<string, string>();
  #newest: string | undefined;

  constructor(begin: (start: DocumentOf<"start">) => DocumentCallbacks<Result> | undefined) {
    this.#begin = begin;
  }

  /** Runs under way. */
  get active(): readonly string[] {
    return [...this.#callbacks.keys()];
  }

  route(pair: DocumentPair): Result | undefined {
    const [name, document] = pair;
    if (name === "start") {
      this.#newest = document.uid;
      this.#callbacks.set(document.uid, this.#begin(document) ?? {});
      return routeDocument(pair, this.#callbacks.get(document.uid) ?? {});
    }
    const run = this.#runOf(pair);
    const callbacks = run === undefined ? undefined : this.#callbacks.get(run);
    if (callbacks === undefined) {
      throw eventModelError("UnresolvableForeignKeyError", `a ${name} document belongs to no run that has started: route its start first`, {
        ...(run === undefined ? {} : { key: run }),
      });
    }
    const result = routeDocument(pair, callbacks);
    if (name === "stop") this.#forget(document.run_start);
    return result;
  }

  #runOf(pair: DocumentPair): string | undefined {
    const [name, document] = pair;
    switch (name) {
      case "start":
        return document.uid;
      case "stop":
        return document.run_start;
      case "descriptor":
        this.#runs.set(document.uid, document.run_start);
        return document.run_start;
      case "resource":
      case "stream_resource": {
        // Older documents don't say: then it is of the run that began last.
        const run = document.run_start ?? this.#newest;
        if (run !== undefined) this.#runs.set(document.uid, run);
        return run;
      }
      case "event":
      case "event_page":
        return this.#runs.get(document.descriptor);
      case "datum":
      case "datum_page":
      case "bulk_datum":
        return this.#runs.get(document.resource);
      case "stream_datum":
        return this.#runs.get(document.stream_resource);
      case "bulk_events": {
        const [first] = Object.values(document).flat();
        return first === undefined ? this.#newest : this.#runs.get(first.descriptor);
      }
    }
  }

  #forget(run: string): void {
    this.#callbacks.delete(run);
    for (const [uid, owner] of this.#runs) if (owner === run) this.#runs.delete(uid);
    if (this.#newest === run) this.#newest = undefined;
  }
}
