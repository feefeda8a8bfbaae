import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Field, RecordBatch, Schema } from "apache-arrow";
import type { Clock, Nanos, TimeRange } from "./time/types.js";

export type { Clock, Nanos, TimeRange };

/** Raised only when an old connector would stop working. New abilities are new optional members. */
export const CONTRACT = 1;

/** Bigint where a number would lose digits; printed as a digit string. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [key: string]: Json };
export type Metadata = { readonly [key: string]: Json };
export type Progress = { readonly rows: number; readonly bytes: number; readonly totalBytes?: number };

/** Always given; pass it on to every request. */
export interface Call {
  /** This call's own: aborts with the user's reason, or with `closed` when the source closes. A driver needs no other check. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Report every request, retry and answer from a cache; core adds the connector's id. */
  readonly observe: (event: ActivityEvent) => void;
}
/** What a driver did for a call: the request inspector, `-v` and `--dry-run` read it. `target` holds no secret. */
export type ActivityEvent = {
  readonly kind: "request" | "retry" | "pushdown" | "cache" | "close";
  readonly target: string;
  readonly milliseconds: number;
  readonly bytes: number;
};

/** The parameters are inferred by `defineConnector`; nobody writes them. */
export interface Connector<Id extends string = string, Input = unknown, Output = unknown, Client = unknown> {
  readonly contract: typeof CONTRACT;
  /** Kebab-case, unique: "cl-recordings". */
  readonly id: Id;
  /** Any Standard Schema; ours are zod. Core parses before `connect`. */
  readonly options: StandardSchemaV1<Input, Output>;
  /** For `open("btrdb://host:4411/collection")` and for bare paths in the CLI. */
  readonly address?: Address<Input>;
  connect(options: Output, call: Call): Promise<Driver<Client>>;
}
export interface Address<Input> {
  /** Without ":"; "file" for local paths. */
  readonly schemes: readonly string[];
  /** For "file": ".h5", ".parquet". */
  readonly extensions?: readonly string[];
  /** Pure. Undefined: not ours after all. Core has refused URLs that carry a password. */
  toOptions(url: URL): Input | undefined;
}

/** One open archive. Every method may be called concurrently. */
export interface Driver<Client = unknown> {
  /** The native API. */
  readonly client: Client;
  /** What the system says of itself: version, build, limits. */
  readonly info: Metadata;
  /** Lazily, in a stable order. */
  streams(query: StreamQuery, call: Call): AsyncIterable<StreamDriver>;
  /** By id. Rejects `not-found`. */
  stream(id: string, call: Call): Promise<StreamDriver>;
  /** Idempotent; iterators under way reject `closed`. */
  close(): Promise<void>;
  /** Runs, recordings, folders that carry metadata of their own. */
  readonly collections?: Collections;
  /** New streams. */
  readonly create?: Create;
}
export type StreamQuery = {
  /** Exact, or a prefix where it ends in "/". */
  readonly collection?: string;
  readonly name?: string;
};

export type StreamInfo = {
  /** Stable across connections, opaque to core. */
  readonly id: string;
  readonly name: string;
  readonly collection?: string;
  /** Absent: the system does not say before one asks (`describe`). */
  readonly kind?: StreamKind;
  readonly metadata?: Metadata;
  /** What a listing knows for nothing goes here already, so that `ls -l` asks no more. */
  readonly known?: Partial<Description>;
};
/** series: numbers to plot; events: instants with a payload; frames: one array per row. */
export type StreamKind = "series" | "events" | "frames";
/** What one needs to draw an axis. A bounded number of requests, never a scan. */
export type Description = {
  readonly kind: StreamKind;
  readonly schema: Schema;
  /** Null: no rows. Absent: not cheaply known. */
  readonly extent?: TimeRange | null;
  readonly rows?: number;
  readonly clock?: Clock;
  /** How far the times can be from the truth, in ns, where the system says (float seconds, millisecond ids, best effort). */
  readonly accuracy?: Nanos;
  /** Opaque. Equal version means equal data, so it keys caches; with `versions` it can be read again. */
  readonly version?: string;
};

/** One stream. A capability is an optional member, per stream; its presence is the only truth. */
export interface StreamDriver extends StreamInfo {
  describe(call: Call): Promise<Description>;
  /** Non-empty batches of `describe().schema` projected to "time" and `columns`, time never descending. */
  read(query: ReadQuery, call: Call): AsyncIterable<RecordBatch>;
  /** How a row shows a cell stored encoded (MessagePack in a Binary column). */
  decode?(field: Field, cell: unknown): unknown;
  readonly windows?: Windows; // BTrDB
  readonly overview?: Overview; // Drift; experimental until a second store has one
  readonly newest?: Newest; // BTrDB, Drift, EFD live, Tiled
  readonly arrays?: Arrays; // Drift, databroker
  readonly objects?: Objects; // Drift, EFD
  readonly versions?: Versions; // BTrDB
  readonly live?: Live; // Drift, BTrDB, databroker, recordings
  readonly append?: Append; // BTrDB, databroker, recordings
}
export type ReadQuery = {
  readonly range?: TimeRange;
  readonly columns?: readonly string[];
  /** Only where `versions` is present; core refuses it elsewhere. */
  readonly version?: string;
};

export type Statistic = "min" | "max" | "mean" | "stddev" | "count" | "sum" | "median";
/** Statistics computed by the store. Core asks only for what is served exactly and does the rest itself. */
export interface Windows {
  readonly statistics: readonly Statistic[];
  readonly widths: "any" | "power-of-two" | readonly Nanos[];
  /** Windows are `[k*width, (k+1)*width)`. `range` is made of whole windows already. Empty ones are left out. */
  read(query: WindowQuery, call: Call): AsyncIterable<RecordBatch>;
}
export type WindowQuery = ReadQuery & { readonly range: TimeRange; readonly width: Nanos; readonly statistics: readonly Statistic[] };
/** A coarser copy that the store keeps (a wavelet's approximation): one row for 2^level, not exact. */
export interface Overview {
  read(query: ReadQuery & { readonly level: number }, call: Call): AsyncIterable<RecordBatch>;
}
/** The last rows, without reading what comes before them; ascending as everywhere. */
export interface Newest {
  read(query: { readonly rows: number; readonly columns?: readonly string[] }, call: Call): AsyncIterable<RecordBatch>;
}

/** Images and other n-d values, one at a time, in time order. */
export interface Arrays {
  /** Rows of `read()` name the array in column `field`; the same text comes back as `ref`. */
  read(query: ArrayQuery, call: Call): AsyncIterable<NdArray>;
}
export type ArrayQuery = {
  readonly range?: TimeRange;
  readonly field?: string;
  /** Exactly these, in this order. */
  readonly refs?: readonly string[];
  /** Half open, one pair a dimension. */
  readonly slice?: readonly (readonly [start: number, end: number])[];
  /** Halves every side that many times, as stored (wavelet, overview); the nearest the store has. */
  readonly level?: number;
};
export type NdArray = {
  readonly time: Nanos;
  readonly ref: string;
  readonly field: string;
  readonly shape: readonly number[];
  /** "height", "width", "channel". */
  readonly dims?: readonly string[];
  readonly level: number;
  readonly data:
    | Uint8Array
    | Int8Array
    | Uint16Array
    | Int16Array
    | Uint32Array
    | Int32Array
    | Float32Array
    | Float64Array
    | BigInt64Array
    | BigUint64Array;
};

/** The pieces as stored: Drift packages, Parquet files. */
export interface Objects {
  list(range: TimeRange | undefined, call: Call): AsyncIterable<StoredObject>;
  get(key: string, call: Call): Promise<Uint8Array>;
}
export type StoredObject = { readonly key: string; readonly range?: TimeRange; readonly bytes?: number; readonly metadata?: Metadata };

/** Data that can be read again as it was. */
export interface Versions {
  current(call: Call): Promise<string>;
  changes?(from: string, to: string, call: Call): AsyncIterable<TimeRange>;
}
export interface Collections {
  /** Newest first. */
  list(query: CollectionQuery, call: Call): AsyncIterable<Collection>;
}
export type CollectionQuery = { readonly range?: TimeRange; readonly where?: { readonly [path: string]: Json } };
export type Collection = { readonly id: string; readonly time?: Nanos; readonly metadata: Metadata };

/** Batches in order of arrival: ascending inside a batch, not across. Late data is data. */
export interface Live {
  follow(query: { readonly from?: Nanos; readonly columns?: readonly string[] }, call: Call): AsyncIterable<RecordBatch>;
}
export interface Append {
  rows(batch: RecordBatch, call: Call): Promise<void>;
  annotate?(metadata: Metadata, call: Call): Promise<void>;
}
export interface Create {
  stream(info: Omit<StreamInfo, "id">, schema: Schema, call: Call): Promise<StreamDriver>;
}
