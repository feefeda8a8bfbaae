import type { Metadata, Nanos, TimeRange } from "@sonde/core";
import type { Call } from "@sonde/core/connector";

/** Given to every method of a back end that waits. */
export type BackEndCall = {
  /** Aborts the call with its own reason, in a wait between retries too. */
  readonly signal: AbortSignal;
  /** Told of every request and retry. */
  readonly observe?: Call["observe"] | undefined;
};

/** Where a package is: its id is Unix time in milliseconds, unique in a topic. */
export interface PackageKey {
  readonly topic: string;
  readonly id: bigint;
}
export interface StoredPackage extends PackageKey {
  readonly bytes: Uint8Array;
}
/** A package that is listed and can't be had: the others are delivered. */
export interface LostPackage extends PackageKey {
  readonly error: unknown;
}

/** A topic, with what its listing says for nothing. */
export interface StoredTopic {
  readonly topic: string;
  /** From the first id to after the last, in nanoseconds; null where nothing is left. Absent: the listing does not say. */
  readonly extent?: TimeRange | null;
  readonly packages?: number;
  readonly bytes?: number;
}

export type WalkOptions = {
  /** By id, in nanoseconds, half open. Without it everything. */
  readonly range?: TimeRange | undefined;
  /** Packages asked for at a time, where each is a request of its own. */
  readonly concurrency?: number | undefined;
};

/** Packages by topic and id: ReductStore, a bucket of MinIO, a folder. */
export interface PackageStorage {
  /** Names the store in errors: "ReductStore at drift-dev2.local:8383". Never a secret. */
  readonly name: string;
  /**
   * One cheap question, which shows that the store is there and takes the password: what it says of itself.
   * Rejects `connection` where there is none, `auth` where the password is another.
   */
  info(call: BackEndCall): Promise<Metadata>;
  /** In the order of their names. */
  topics(call: BackEndCall): Promise<readonly StoredTopic[]>;
  /** Ascending by id. Nothing for a topic that there is not. */
  keys(topic: string, options: WalkOptions, call: BackEndCall): AsyncIterable<PackageKey & { readonly size?: number }>;
  /**
   * Ascending by id, as few requests as the store allows, never more than `concurrency` packages ahead of who reads. One that is damaged
   * in transport, refused or hangs comes as lost and the walk goes on; what ends the walk as a whole is thrown.
   */
  packages(topic: string, options: WalkOptions, call: BackEndCall): AsyncIterable<StoredPackage | LostPackage>;
  /** Rejects `not-found`. */
  get(key: PackageKey, call: BackEndCall): Promise<Uint8Array>;
  /** Of the greatest id; undefined where the topic is empty or there is none. */
  latest(topic: string, call: BackEndCall): Promise<StoredPackage | undefined>;
  /** Frees what it holds. Idempotent. */
  close?(): Promise<void>;
}

/** How a field of a metric is typed by its store. */
export type MetricType = "float64" | "int64" | "uint64" | "bool" | "utf8";

/** A field of a metric, one value a row; `null` where the row has none. Arrays are of one length with the times. */
export type MetricColumn = { readonly name: string } & (
  | { readonly type: "float64"; readonly values: Float64Array; readonly valid?: ((row: number) => boolean) | undefined }
  | { readonly type: "int64"; readonly values: BigInt64Array; readonly valid?: ((row: number) => boolean) | undefined }
  | { readonly type: "uint64"; readonly values: BigUint64Array; readonly valid?: ((row: number) => boolean) | undefined }
  | { readonly type: "bool"; readonly values: readonly (boolean | null)[] }
  | { readonly type: "utf8"; readonly values: readonly (string | null)[] }
);

/** Rows of a metric: times ascend, columns in the order of their names. */
export interface MetricRows {
  readonly times: BigInt64Array;
  readonly columns: readonly MetricColumn[];
}

export interface MetricTopic {
  readonly topic: string;
  /** In the order of their names; absent where the listing does not say. */
  readonly fields?: readonly string[];
  readonly extent?: TimeRange | null;
}

export type MetricQuery = {
  /** In nanoseconds, half open. Without it everything, however old. */
  readonly range?: TimeRange | undefined;
  /** All without it. A name that the topic has not is left out. */
  readonly fields?: readonly string[] | undefined;
};

/** Metrics by topic: InfluxDB. */
export interface MetricStorage {
  readonly name: string;
  /** As {@link PackageStorage.info}. */
  info(call: BackEndCall): Promise<Metadata>;
  /** In the order of their names, however long they are silent. */
  topics(call: BackEndCall): Promise<readonly MetricTopic[]>;
  /** Names and types of all fields, in the order of their names; empty for a topic that there is not. */
  fields(topic: string, call: BackEndCall): Promise<readonly { readonly name: string; readonly type: MetricType }[]>;
  /** From the first row to after the last; null where there is none. */
  extent(topic: string, call: BackEndCall): Promise<TimeRange | null>;
  /** In pieces as they come, none empty, times ascending across them too. The columns of two pieces may differ. */
  rows(topic: string, query: MetricQuery, call: BackEndCall): AsyncIterable<MetricRows>;
  /** The last rows, ascending. */
  newest(topic: string, rows: number, call: BackEndCall): Promise<MetricRows>;
  close?(): Promise<void>;
}

/** What came by the bus, as it came. */
export interface BusMessage {
  /** As it was published: mostly `drift/<topic>`. */
  readonly topic: string;
  readonly bytes: Uint8Array;
  readonly received: Nanos;
}

/** Packages as they happen: MQTT. */
export interface MessageBus {
  readonly name: string;
  info(call: BackEndCall): Promise<Metadata>;
  /**
   * Messages whose topic matches a filter (`+` and `#` as MQTT has them), each once, in order of arrival. Leaving the loop unsubscribes.
   * Rejects `overrun` where the reader is further behind than the queue is long.
   */
  subscribe(filters: string | readonly string[], call: BackEndCall): AsyncIterable<BusMessage>;
  /** Resolves once the broker has it, as far as the quality of service says so. */
  publish(topic: string, bytes: Uint8Array, call: BackEndCall): Promise<void>;
  close?(): Promise<void>;
}

/** What every back end of a device is opened with. */
export interface DeviceSettings {
  /** A name or an address, without a port. */
  readonly host: string;
  /** Token of InfluxDB and ReductStore, secret key of MinIO. */
  readonly password: string;
  /** Access key of MinIO. */
  readonly user: string;
  /** Of InfluxDB. */
  readonly organisation: string;
  /** Of all stores. */
  readonly bucket: string;
  /** Whether connections are encrypted, of all back ends. */
  readonly secure: boolean;
  readonly ports: { readonly reductStore: number; readonly minio: number; readonly influx: number; readonly mqtt: number };
  /** For one answer, and for the next piece of a long one, in nanoseconds. */
  readonly timeout: Nanos;
  /** How often a harmless request is made in all while the store is busy. */
  readonly attempts: number;
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** The bus where it is not MQTT at `host`: `mqtt:`, `mqtts:`, `ws:` or `wss:`. */
  readonly broker?:
    | { readonly url?: string | undefined; readonly username?: string | undefined; readonly password?: string | undefined }
    | undefined;
  /** The most that one package may take in memory, in bytes. */
  readonly maxPackageBytes: number;
}

/** Makes a back end without asking it anything: `info` probes it. */
export type OpenPackages = (device: DeviceSettings) => PackageStorage;
export type OpenMetrics = (device: DeviceSettings) => MetricStorage;
export type OpenBus = (device: DeviceSettings) => MessageBus;
