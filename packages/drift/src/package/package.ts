import type { Nanos } from "@sonde/core";
import type { Variant, WaveletBuffer } from "@sonde/wavelet-buffer";
import type { DriftImage } from "./image.js";
import type { NamedStatus, PackageKind, PackageMeta } from "./meta.js";
import type { PackageSignal, SignalOptions } from "./signal.js";
import type { Status } from "./status.js";

/** One of the messages that a package carries, mostly a `DataPayload`. */
export interface Payload {
  /** Full name of its message: "drift.proto.common.DataPayload". */
  readonly type: string;
  /** What a `DataPayload` holds; of another message its bytes. */
  readonly data: Uint8Array;
}

/** A value of a package; null where its status is bad. */
export interface NamedScalar extends NamedStatus {
  readonly value: number | null;
}
export interface NamedVariant extends NamedStatus {
  readonly variant: Variant | null;
}

/**
 * What happened at one instant in one topic. Reading one never decodes more than is asked of it. The methods that give the content throw `unsupported` where the
 * package is of another kind, `not-found` where it has no data (as packages of a bad status), `format` with the package's name where its bytes are damaged.
 */
export interface DriftPackage {
  /** Unix time in milliseconds, unique in the topic; what belongs to one event has one id in all topics. */
  readonly id: bigint;
  /** The id in nanoseconds. */
  readonly time: Nanos;
  /** Absent where the package came without it. */
  readonly topic?: string;
  /** "acc-5/1676296193326.dp", or the id alone. */
  readonly name: string;
  readonly sourceTime?: Nanos;
  readonly publishTime?: Nanos;
  readonly status: Status;
  /** Of a key that comes more than once, the last. */
  readonly labels: ReadonlyMap<string, string>;
  /** All of them as stored. */
  readonly labelList: readonly { readonly key: string; readonly value: string }[];
  readonly kind: PackageKind;
  readonly meta?: PackageMeta;
  readonly payloads: readonly Payload[];
  /** In bytes, as it is stored. */
  readonly size: number;
  /** The wavelet buffer of the first payload. Throws `format` where there is none in it. */
  readonly buffer: WaveletBuffer;
  /** That of each payload. */
  buffers(): readonly WaveletBuffer[];
  /** Samples with their times, of a time series. */
  signal(options?: SignalOptions): PackageSignal;
  /** One for each image of the channel layout, or one for each JPEG. */
  images(): readonly DriftImage[];
  scalars(): readonly NamedScalar[];
  text(): string;
  typed(): readonly NamedVariant[];
  /** Packages of other topics that belong to this event. */
  aligned(): readonly DriftPackage[];
}
