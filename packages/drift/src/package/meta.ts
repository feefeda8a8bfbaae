import { type Nanos, sondeError } from "@sonde/core";
import { type ImageInfo, ImageInfo_ImageType, type MetaInfo, MetaInfo_DataType } from "../proto/meta_pb.js";
import { type Status, statusOf } from "./status.js";
import { nanosOf } from "./timestamp.js";

/** What a package holds, in the words of its meta data; "unknown" where it has none, or of a type newer than this. */
export type PackageKind = "time-series" | "image" | "scalars" | "text" | "aligned" | "typed" | "unknown";

/** A value of a package with a name and a status of its own. */
export interface NamedStatus {
  readonly name: string;
  readonly status: Status;
}

export interface TimeSeriesMeta {
  readonly kind: "time-series";
  readonly start?: Nanos;
  /** Where the next package begins: half open. */
  readonly stop?: Nanos;
  /** Samples of the whole signal, all payloads together. */
  readonly size: number;
  /** What the device computed; 0 by those older than 0.3. */
  readonly statistics: { readonly first: number; readonly last: number; readonly min: number; readonly max: number; readonly mean: number };
}
export interface ImageMeta {
  readonly kind: "image";
  readonly encoding: "wavelet" | "jpeg";
  /** Absent where the device does not say. */
  readonly width?: number;
  readonly height?: number;
  /** A sequence of RGB, HSL and G: "HSLGGG" is one image of three channels and three of one. */
  readonly channelLayout: string;
}

/** How a payload is to be understood. */
export type PackageMeta = (
  | TimeSeriesMeta
  | ImageMeta
  | { readonly kind: "scalars"; readonly variables: readonly NamedStatus[] }
  | { readonly kind: "text"; readonly mimeType: string }
  | { readonly kind: "aligned"; readonly packages: readonly { readonly topic: string; readonly meta?: PackageMeta }[] }
  | { readonly kind: "typed"; readonly items: readonly NamedStatus[] }
  | { readonly kind: "unknown"; readonly type: number }
) & { readonly wavelet?: WaveletMeta };

/** What the device says of how it compressed; the buffer itself is what counts. */
export interface WaveletMeta {
  readonly abiVersion: number;
  readonly waveletType: number;
  readonly decompositionSteps: number;
  /** 0 not at all, 1 for 32 bits a value, 2 for 31, and so on. */
  readonly floatCompression: number;
  readonly denoising?:
    | { readonly kind: "none" }
    | { readonly kind: "threshold"; readonly a: number; readonly b: number }
    | { readonly kind: "partial"; readonly partial: number };
}

/** Throws `format` where a figure can't be, `limit` for packages within packages past `maxDepth`. */
export function metaOf(message: MetaInfo, maxDepth: number): PackageMeta {
  const meta = contentMeta(message, maxDepth);
  const wavelet = message.waveletBufferInfo;
  if (wavelet === undefined) return meta;
  const { abiVersion, waveletType, decompositionSteps, floatCompression } = wavelet;
  const denoising = denoisingOf(wavelet);
  return {
    ...meta,
    wavelet: { abiVersion, waveletType, decompositionSteps, floatCompression, ...(denoising && { denoising }) },
  };
}

function contentMeta({ type, info }: MetaInfo, maxDepth: number): PackageMeta {
  switch (type) {
    case MetaInfo_DataType.TIME_SERIES: {
      if (info.case !== "timeSeriesInfo") return { kind: "time-series", size: 0, statistics: noStatistics };
      const { startTimestamp, stopTimestamp, size, first, last, min, max, mean } = info.value;
      const start = nanosOf(startTimestamp, "the start of the time series");
      const stop = nanosOf(stopTimestamp, "the end of the time series");
      return {
        kind: "time-series",
        ...(start === undefined ? {} : { start }),
        ...(stop === undefined ? {} : { stop }),
        size: safe(size, "samples of the time series"),
        statistics: { first, last, min, max, mean },
      };
    }
    case MetaInfo_DataType.IMAGE:
      return info.case === "imageInfo" ? imageMeta(info.value) : { kind: "image", encoding: "wavelet", channelLayout: "" };
    case MetaInfo_DataType.SCALAR_VALUES:
      return { kind: "scalars", variables: info.case === "scalarInfo" ? info.value.variables.map(named) : [] };
    case MetaInfo_DataType.TEXT:
      return { kind: "text", mimeType: info.case === "textInfo" ? info.value.mimeType : "" };
    case MetaInfo_DataType.ALIGNED_PACKAGE: {
      if (maxDepth < 1) {
        const what = "packages within packages";
        throw sondeError("limit", `too many ${what}: raise \`limits.maxDepth\` if the sender is trusted`, {
          what,
          asked: 1,
          allowed: 0,
          option: "limits.maxDepth",
        });
      }
      const packages = info.case === "alignmentInfo" ? info.value.packages : [];
      return {
        kind: "aligned",
        packages: packages.map(({ topic, meta }) => ({ topic, ...(meta && { meta: metaOf(meta, maxDepth - 1) }) })),
      };
    }
    case MetaInfo_DataType.TYPED_DATA:
      return { kind: "typed", items: info.case === "typedDataInfo" ? info.value.items.map(named) : [] };
    default:
      return { kind: "unknown", type };
  }
}

const noStatistics = { first: 0, last: 0, min: 0, max: 0, mean: 0 };

function imageMeta({ type, width, height, channelLayout }: ImageInfo): ImageMeta {
  return {
    kind: "image",
    encoding: type === ImageInfo_ImageType.JPEG ? "jpeg" : "wavelet",
    ...(width === 0n ? {} : { width: safe(width, "width of the image") }),
    ...(height === 0n ? {} : { height: safe(height, "height of the image") }),
    channelLayout,
  };
}

function denoisingOf({ denoising }: NonNullable<MetaInfo["waveletBufferInfo"]>): WaveletMeta["denoising"] {
  switch (denoising.case) {
    case "noDenoising":
      return { kind: "none" };
    case "thresholdDenoising":
      return { kind: "threshold", a: denoising.value.a, b: denoising.value.b };
    case "partialDenoising":
      return { kind: "partial", partial: denoising.value.partial };
    default:
      return undefined;
  }
}

const named = ({ name, status }: { readonly name: string; readonly status: number }): NamedStatus => ({ name, status: statusOf(status) });

function safe(value: bigint, what: string): number {
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw sondeError("format", `${value} ${what}: the package is damaged`, { key: what });
}
