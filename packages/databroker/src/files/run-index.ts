import { isSondeError, mapConcurrent } from "@sonde/core/bytes";
import { newestFirst } from "../catalog/order.js";
import type { RunHeader, Waiting } from "../catalog/types.js";
import { formatOf } from "./format-of.js";
import type { RunFile, RunFiles } from "./run-files.js";
import type { RunFormat } from "./run-format.js";

export type IndexedRun = RunHeader & { readonly file: RunFile; readonly format: RunFormat };
type Entry = { readonly version: string; readonly run?: IndexedRun | undefined; readonly problem?: string | undefined };

/** Files that are read at a time. */
const concurrent = 16;

/**
 * What each file begins and ends with, read anew only where the file changed: the first listing reads the ends of every file, the next
 * ones look at the folder.
 */
export class RunIndex {
  readonly #files: RunFiles;
  #entries = new Map<string, Entry>();
  #sorted: readonly IndexedRun[] = [];
  #byUid = new Map<string, IndexedRun>();

  constructor(files: RunFiles) {
    this.#files = files;
  }

  /** As of the last listing. */
  get size(): number {
    return this.#sorted.length;
  }

  /** Files that are no runs, or damaged at their beginning: by name, why. */
  get problems(): ReadonlyMap<string, string> {
    return new Map([...this.#entries].flatMap(([name, { problem }]) => (problem === undefined ? [] : [[name, problem] as const])));
  }

  /** As of the last listing; undefined where it is not known. */
  known(uid: string): IndexedRun | undefined {
    return this.#byUid.get(uid);
  }

  /** All runs, newest first. A run that several files hold is read from the first. */
  async list(options: Waiting): Promise<readonly IndexedRun[]> {
    const files = await this.#files.list(options);
    const stale = files.filter((file) => this.#entries.get(file.name)?.version !== file.version);
    if (stale.length === 0 && files.length === this.#entries.size) return this.#sorted;
    const fresh = new Map<string, Entry>();
    const read = mapConcurrent(stale, concurrent, async (file, call) => [file.name, await entryOf(file, call)] as const, options);
    for await (const [name, entry] of read) fresh.set(name, entry);
    const entries = new Map<string, Entry>();
    for (const { name } of files) {
      const entry = fresh.get(name) ?? this.#entries.get(name);
      if (entry !== undefined) entries.set(name, entry);
    }
    const byUid = new Map<string, IndexedRun>();
    for (const { run } of entries.values()) if (run !== undefined && !byUid.has(run.start.uid)) byUid.set(run.start.uid, run);
    this.#entries = entries;
    this.#byUid = byUid;
    this.#sorted = [...byUid.values()].sort(newestFirst);
    return this.#sorted;
  }
}

async function entryOf(file: RunFile, options: Waiting): Promise<Entry> {
  try {
    const run = await openRun(file, options);
    return { version: file.version, run };
  } catch (error) {
    // One bad file in a folder must not hide the others.
    if (isSondeError(error) && error.code !== "closed") return { version: file.version, problem: error.message };
    throw error;
  }
}

/** Undefined for an empty file, which is about to be written. */
export async function openRun(file: RunFile, options: Waiting): Promise<IndexedRun | undefined> {
  const source = await file.open(options);
  try {
    const size = await source.size(options);
    if (size === 0) return undefined;
    const format = await formatOf(source, size, options);
    const header = await format.header(source, size, options);
    return header === undefined ? undefined : { ...header, file, format };
  } finally {
    await source.close();
  }
}
