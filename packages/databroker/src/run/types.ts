import type { CallOptions, Many, NdArray } from "@sonde/core";
import type { Table } from "@sonde/core/connector";
import type { DocumentPair, EventDescriptor, RunStart, RunStop } from "../event-model/documents.js";

/**
 * One run: its header is at hand, everything else is read when it is asked for.
 *
 * @example
 * ```ts
 * const run = await catalog.run(-1);
 * console.log(run.start.detectors, await run.fields());
 * const table = await run.table({ columns: ["det"] });
 * ```
 */
export interface Run {
  readonly uid: string;
  readonly start: RunStart;
  /** Absent where the run is under way or its writer died. */
  readonly stop?: RunStop | undefined;
  /** Oldest first. */
  descriptors(options?: CallOptions): Promise<readonly EventDescriptor[]>;
  /** Names of streams, in order of their first descriptors. */
  streams(options?: CallOptions): Promise<readonly string[]>;
  /** Of one stream, or of all. */
  fields(options?: CallOptions & { readonly stream?: string | undefined }): Promise<readonly FieldSummary[]>;
  /** Names of devices: the `object_keys` of the descriptors. */
  devices(options?: CallOptions): Promise<readonly string[]>;
  /** A device's configuration by stream: one for each descriptor that has it, oldest first. */
  configuration(device: string, options?: CallOptions): Promise<ReadonlyMap<string, readonly Configuration[]>>;
  /** All documents, in the order of the event model. */
  documents(options?: DocumentOptions): Many<DocumentPair>;
  /** Events of a stream one by one, nothing read before it is asked for. */
  events(options?: EventOptions): Many<RunEvent>;
  /** Rows in order of `seq_num`; of rows that repeat one the later in time holds. */
  table(options?: TableOptions): Promise<Table>;
  /** Frames of a field, each read when it is asked for. Rejects `not-found` where no stream has it, and names those that are images. */
  images(field: string, options?: CallOptions & { readonly stream?: string | undefined }): Images;
  /** The values of a field in order of `seq_num`, filled. */
  data(field: string, options?: CallOptions & { readonly stream?: string | undefined }): Many<unknown>;
  /** Writes the run to a file of suitcase's: JSONL where the name ends so, else msgpack. `fill` puts external arrays into it. */
  export(
    path: string,
    options?: CallOptions & { readonly format?: "msgpack" | "jsonl" | undefined; readonly fill?: boolean | undefined },
  ): Promise<void>;
}

export type FieldSummary = {
  readonly name: string;
  readonly stream: string;
  readonly device?: string | undefined;
  readonly dtype: string;
  readonly shape: readonly (number | null)[];
  readonly units?: string | undefined;
  /** Two or more dimensions, or data outside of the documents: `images(name)` has its frames. */
  readonly image: boolean;
};

export type Configuration = {
  readonly data: Readonly<Record<string, unknown>>;
  readonly timestamps: Readonly<Record<string, unknown>>;
  readonly dataKeys: Readonly<Record<string, unknown>>;
};

/** `yes` puts what datum ids name in their place, `delayed` a function that reads it, `no` (default) leaves the ids. */
export type Fill = "yes" | "no" | "delayed";

export type DocumentOptions = CallOptions & {
  /** All where absent. */
  readonly streams?: readonly string[] | undefined;
  readonly fill?: Fill | undefined;
};

export type EventOptions = CallOptions & {
  /** `primary` where absent. */
  readonly stream?: string | undefined;
  /** Data keys; all where absent. Events that have none of them are left out. */
  readonly columns?: readonly string[] | undefined;
  readonly fill?: Fill | undefined;
};

/** An event with its time in nanoseconds; `data` and `timestamps` as in its document. */
export type RunEvent = {
  readonly uid: string;
  readonly descriptor: string;
  readonly stream: string;
  readonly seqNum: number;
  /** From float seconds: exact to what they hold. */
  readonly time: bigint;
  readonly data: Readonly<Record<string, unknown>>;
  readonly timestamps: Readonly<Record<string, unknown>>;
  readonly filled: Readonly<Record<string, boolean | string>>;
};

export type TableOptions = CallOptions & {
  /** `primary` where absent. */
  readonly stream?: string | undefined;
  /**
   * Data keys, each literally or as a regular expression that matches all of the name ("/det.*​/"); with at least one of them also names
   * out of the configuration, the start and the stop, as constant columns.
   */
  readonly columns?: readonly (string | RegExp)[] | undefined;
  /** Reads external data into the table: arrays of one shape become fixed-size lists. */
  readonly fill?: boolean | undefined;
};

/** Frames of one field, counted over the whole run: an event with several frames has several. */
export interface Images extends AsyncIterable<NdArray> {
  readonly field: string;
  /** Reads what tells how many frames there are, and of which shape; later calls do not read again. */
  length(options?: CallOptions): Promise<number>;
  /** Of one frame. */
  shape(options?: CallOptions): Promise<readonly number[]>;
  /** From 0; -1 is the last. Reads that frame and no other. */
  at(index: number, options?: CallOptions): Promise<NdArray>;
  /** Frames `from <= frame < to`, each read as it comes; negative ones count from the end. */
  slice(from?: number, to?: number): Many<NdArray>;
  first(options?: CallOptions): Promise<NdArray | undefined>;
  toArray(options?: CallOptions): Promise<NdArray[]>;
}
