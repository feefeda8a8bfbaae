import type { RecordBatch, Table } from "apache-arrow";
import type {
  ActivityEvent,
  Collection,
  Connector,
  Description,
  Json,
  Metadata,
  NdArray,
  Progress,
  Statistic,
  StoredObject,
  StreamInfo,
  StreamQuery,
  TimeRange,
} from "../contract.js";
import type { DecodeCell, Row } from "../table/rows.js";
import type { Instant, Span } from "../time/types.js";

/** Half open. `last` counts back from the stream's last row; `start: "now-5s"` from the wall clock. */
export type Within =
  | { readonly start?: Instant | undefined; readonly end?: Instant | undefined; readonly span?: undefined; readonly last?: undefined }
  | { readonly start: Instant; readonly span: Span; readonly end?: undefined; readonly last?: undefined }
  | { readonly last: Span; readonly start?: undefined; readonly end?: undefined; readonly span?: undefined };
export type CallOptions = { readonly signal?: AbortSignal | undefined; readonly onProgress?: ((progress: Progress) => void) | undefined };
/** A name in `columns` is a column or a quantity (`value1` for its stored statistics); core expands it. */
export type ReadOptions = Within &
  CallOptions & {
    readonly columns?: readonly string[] | undefined;
    readonly version?: string | undefined;
    readonly level?: number | undefined;
  };
export type ArrayOptions = Within &
  CallOptions & {
    readonly field?: string | undefined;
    readonly refs?: readonly string[] | undefined;
    readonly slice?: readonly (readonly [number, number])[] | undefined;
    readonly level?: number | undefined;
  };
export type { Row } from "../table/rows.js";

/** A list that comes piece by piece; iterating again asks again. */
export interface Many<T> extends AsyncIterable<T> {
  toArray(): Promise<T[]>;
  first(): Promise<T | undefined>;
}
/** Record batches that come piece by piece: what every read returns. */
export interface Batches extends AsyncIterable<RecordBatch> {
  /** Rejects with `limit` past `maxBytes` (default 2 GiB), saying how to narrow. */
  table(options?: { readonly maxBytes?: number }): Promise<Table>;
  /** What was complete before damage, and the error. */
  settle(): Promise<{ readonly table: Table; readonly error?: unknown }>;
  rows(): Many<Row>;
  /** How a cell stored encoded is shown: rows and text formats use it. Absent: none is. */
  readonly decode?: DecodeCell | undefined;
}
export interface Source<Client = unknown, Id extends string = string> extends AsyncDisposable {
  readonly connector: Id;
  readonly client: Client;
  readonly info: Metadata;
  supports(ability: "collections" | "create"): boolean;
  streams(query?: StreamQuery & CallOptions): Many<Stream>;
  /** By id, or by name where only one stream has it. */
  stream(id: string, options?: CallOptions): Promise<Stream>;
  collections(query?: Within & CallOptions & { readonly where?: { readonly [path: string]: Json } }): Many<Collection>;
  close(): Promise<void>;
}
/** One stream of an open source. `known` is what the listing said for nothing; `describe` asks for the rest. */
export interface Stream extends StreamInfo {
  supports(ability: "windows" | "overview" | "newest" | "arrays" | "objects" | "versions" | "live" | "append"): boolean;
  describe(options?: CallOptions): Promise<Description>;
  read(options?: ReadOptions): Batches;
  table(options?: ReadOptions & { readonly maxBytes?: number }): Promise<Table>;
  rows(options?: ReadOptions): Many<Row>;
  head(rows?: number, options?: CallOptions): Promise<Table>;
  tail(rows?: number, options?: CallOptions): Promise<Table>;
  /** Core rounds the range outward to whole windows. */
  windows(options: ReadOptions & { readonly width: Span; readonly statistics?: readonly Statistic[] | undefined }): Batches;
  /** About `points` rows per quantity, the cheapest honest way; the schema's provenance says which. */
  view(options: ReadOptions & { readonly points: number }): Batches;
  arrays(options?: ArrayOptions): Many<NdArray>;
  objects(options?: Within & CallOptions): Many<StoredObject & { bytesOf(options?: CallOptions): Promise<Uint8Array> }>;
  changes(options: CallOptions & { readonly from: string; readonly to?: string | undefined }): Many<TimeRange>;
  follow(options?: CallOptions & { readonly from?: Instant | undefined; readonly columns?: readonly string[] | undefined }): Batches;
  append(rows: RecordBatch | Table, options?: CallOptions): Promise<void>;
}
/** What a join asks of a stream. */
export interface Joinable extends Pick<StreamInfo, "id" | "name" | "collection"> {
  describe(options?: CallOptions): Promise<Pick<Description, "schema">>;
  /** The rows of what is asked, time never descending. */
  read(options?: ReadOptions): AsyncIterable<RecordBatch>;
}
/** One event per request, retry, push-down, cache answer and close: duration, bytes, a target without secrets. */
export type Observe = (event: ActivityEvent & { readonly connector: string }) => void;
export type SourceOf<C> = C extends Connector<infer Id, infer _I, infer _O, infer Client> ? Source<Client, Id> : never;
