import type { CallOptions, Instant, Many, Metadata, TimeRange } from "@sonde/core";
import type { DocumentName, DocumentOf, DocumentPair, EventDescriptor, RunStart, RunStop } from "../event-model/documents.js";
import type { AssetArray, AssetReadOptions } from "../handlers/types.js";
import type { Run } from "../run/types.js";

/** The two ends of a run: all that a listing reads. */
export type RunHeader = {
  readonly start: RunStart;
  /** Absent where the run is under way or its writer died. */
  readonly stop?: RunStop | undefined;
};

/**
 * What a listing is asked for. Every member narrows it; a back end leaves out what it can leave out cheaply and may yield more than
 * asked, never less and never in another order: the catalog looks at each run again.
 */
export type ListQuery = {
  /** By the start's time; half open. */
  readonly range?: TimeRange | undefined;
  /** Uids that begin with this text, letter by letter: nothing in it is a pattern. */
  readonly uidPrefix?: string | undefined;
  readonly scanId?: number | undefined;
  /** A query in MongoDB's language on the start document, checked: it holds no operator that runs code. */
  readonly where?: Readonly<Record<string, unknown>> | undefined;
  /** Words, "phrases" and -exclusions over the texts of the start document. */
  readonly text?: string | undefined;
  /** A hint: no more are going to be taken, so pages need not be larger. */
  readonly expected?: number | undefined;
};

/** Rows of one stream by columns, any number of them, in the order in which the store has them. */
export type StreamColumns = {
  readonly seqNum: ArrayLike<number>;
  /** Event times in seconds since the epoch, as stored. */
  readonly time: ArrayLike<number>;
  /** By data key; undefined or null in a cell: the event has no such key. A Map, since keys are data. */
  readonly data: ReadonlyMap<string, ArrayLike<unknown>>;
};

export type Waiting = { readonly signal: AbortSignal };

/** Where runs are: files, a Tiled server, MongoDB, memory. Everything else of a catalog is made of these few members. */
export interface CatalogBackend {
  /** For messages and printing: a path or URL without secrets. */
  readonly name: string;
  readonly info: Metadata;
  /** Newest first: by `start.time` descending, then by uid descending. Lazy: nobody who takes one run reads a hundred. */
  list(query: ListQuery, options: Waiting): AsyncIterable<RunHeader>;
  /** By the whole uid; undefined where there is none. */
  get(uid: string, options: Waiting): Promise<RunHeader | undefined>;
  /**
   * All documents of a run in the order of the event model: start, descriptors before their events, resources before their datums, stop last
   * if there is one. `streams` and `fields` are hints: events of other streams and other columns of `data`, `timestamps` and `filled` may be
   * left out. Damage rejects with `format` after everything before it.
   */
  documents(
    uid: string,
    options: Waiting & { readonly streams?: readonly string[] | undefined; readonly fields?: readonly string[] | undefined },
  ): AsyncIterable<DocumentPair>;

  /** Text search has the store's own meaning and is not looked at again. */
  readonly textByStore?: boolean | undefined;
  /** Exactly how many runs match; undefined where that takes a listing. */
  count?(query: ListQuery, options: Waiting): Promise<number | undefined>;
  /** The values of a dotted path of start documents and how often each occurs; undefined where that takes a listing. */
  distinct?(path: string, query: ListQuery, options: Waiting): Promise<readonly Facet[] | undefined>;
  /** Descriptors without events; undefined where only the documents tell. */
  descriptors?(uid: string, options: Waiting): Promise<readonly EventDescriptor[] | undefined>;
  /** Columns of a stream without documents: what makes tables fast. Undefined where this run has no such form. Rows in any order. */
  columns?(
    uid: string,
    query: { readonly stream: string; readonly fields: readonly string[] },
    options: Waiting,
  ): Promise<AsyncIterable<StreamColumns> | undefined>;
  /** Frames of an external (or large) field that the store itself serves, without asset files. Undefined where it does not. */
  frames?(uid: string, query: { readonly stream: string; readonly field: string }, options: Waiting): Promise<FrameSource | undefined>;
  /** Adds a document; the first of a run is its start. */
  insert?<Name extends DocumentName>(name: Name, document: DocumentOf<Name>, options: Waiting): Promise<void>;
  /** All documents of a run, and those that come until its stop. */
  follow?(uid: string, options: Waiting): AsyncIterable<DocumentPair>;
  /** Runs that begin from now on. */
  watch?(options: Waiting): AsyncIterable<RunHeader>;
  /** Idempotent. */
  close?(): Promise<void>;
}

/** Frames that lie in a row somewhere. */
export interface FrameSource {
  readonly length: number;
  /** Of one frame. */
  readonly shape: readonly number[];
  readonly dims?: readonly string[] | undefined;
  /** Frames `start <= frame < end`; one request where the store can. The first dimension is `end - start`; `slice` cuts the others. */
  read(start: number, end: number, options: AssetReadOptions): Promise<AssetArray>;
}

/** What a search asks; members are AND-ed. */
export type RunQuery = {
  /**
   * From this time on: an instant, or text in the form `YYYY[-MM[-DD[ hh[:mm[:ss]]]]]`, read in `timeZone`. A bare year is its first moment.
   */
  readonly since?: Instant | undefined;
  /** Before this time. */
  readonly until?: Instant | undefined;
  /** An IANA name for texts without an offset; UTC without it, never the machine's own zone. */
  readonly timeZone?: string | undefined;
  /** Any of these words in any text of the start document, without regard to case; "a phrase" must occur, -word must not. */
  readonly text?: string | undefined;
  /** MongoDB's query language on start documents. What would run code (`$where`, `$function`, …) is refused. */
  readonly where?: Readonly<Record<string, unknown>> | undefined;
  /** Runs with a data key of this name in any descriptor. Reads the descriptors of every run that matches otherwise. */
  readonly dataKey?: string | undefined;
};

/** A value and how many runs have it. */
export type Facet = { readonly value: unknown; readonly count: number };

export type InsertOptions = CallOptions & { readonly validate?: "off" | "warn" | "strict" | undefined };

/**
 * Runs, newest first (by start time descending, then uid descending). Iterating asks lazily; a search is a catalog of its own, and
 * searches of searches narrow.
 *
 * @example
 * ```ts
 * const catalog = await openCatalog("./runs");
 * const run = await catalog.run(-1);
 * for await (const match of catalog.search({ since: "2026-11", where: { plan_name: "scan" } })) console.log(match.uid);
 * ```
 */
export interface RunCatalog extends Many<Run> {
  readonly name: string;
  readonly info: Metadata;
  /**
   * A run by what a person calls it: its uid or the beginning of it, its scan id (the newest that has it), or -n for the nth newest.
   * Text of digits is a uid where five or more of them begin one, else a number. Rejects `not-found`, and `options` where a prefix is ambiguous.
   */
  run(key: string | number, options?: CallOptions): Promise<Run>;
  /** By uid or the beginning of it, and nothing else. */
  byUid(uid: string, options?: CallOptions): Promise<Run>;
  /** The newest run with this scan id; ids are not unique. */
  byScanId(scanId: number, options?: CallOptions): Promise<Run>;
  /** At most so many, newest first. */
  recent(count?: number, options?: CallOptions): Promise<Run[]>;
  /** As `db[-5:]`, `db[-5:-1]` and `db[-4::2]`, newest first. Both ends are negative or `end` is left out; what lies outside rejects. */
  slice(start: number, end?: number, step?: number, options?: CallOptions): Promise<Run[]>;
  search(query: RunQuery): RunCatalog;
  count(options?: CallOptions): Promise<number>;
  /** Values of a dotted path of the start documents ("plan_name", "sample.name"), most frequent first. */
  facets(path: string, options?: CallOptions): Promise<readonly Facet[]>;
  /** Dotted paths of the start documents, and how many runs have each. */
  keys(options?: CallOptions): Promise<readonly Facet[]>;
  /** Adds a document: rejects `unsupported` where the store takes none. */
  insert<Name extends DocumentName>(name: Name, document: DocumentOf<Name>, options?: InsertOptions): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
