import { create, toBinary } from "@bufbuild/protobuf";
import type { Nanos } from "@sonde/core";
import { MetaInfo_DataType, MetaInfoSchema } from "../proto/meta_pb.js";
import { DataPayloadSchema, DriftPackageSchema } from "../proto/package_pb.js";
import { PAYLOAD } from "./decode.js";
import { timestampOf } from "./timestamp.js";

/** A value with a name; its status is 0, good, where it is left out. */
export type NamedInput = { readonly name: string; readonly status?: number | undefined };

/** How the payloads of a package to be made are to be understood. */
export type MetaInput =
  | { readonly kind: "time-series"; readonly start: Nanos; readonly stop: Nanos; readonly size: number }
  | {
      readonly kind: "image";
      readonly encoding?: "wavelet" | "jpeg" | undefined;
      readonly width?: number | undefined;
      readonly height?: number | undefined;
      readonly channelLayout?: string | undefined;
    }
  | { readonly kind: "scalars"; readonly variables: readonly NamedInput[] }
  | { readonly kind: "text"; readonly mimeType?: string | undefined }
  | { readonly kind: "aligned"; readonly packages: readonly { readonly topic: string; readonly meta: MetaInput }[] }
  | { readonly kind: "typed"; readonly items: readonly NamedInput[] };

/** A package to be made. */
export type PackageInput = {
  /** Unix time in milliseconds. */
  readonly id: bigint;
  readonly sourceTime?: Nanos | undefined;
  readonly publishTime?: Nanos | undefined;
  /** 0, good, by default. */
  readonly status?: number | undefined;
  readonly labels?: { readonly [key: string]: string } | undefined;
  readonly meta?: MetaInput | undefined;
  /** What `encode`, `encodeBytes` or a JPEG encoder gave, or UTF-8. */
  readonly payloads?: readonly Uint8Array[] | undefined;
};

/**
 * A package as a device publishes it.
 *
 * @example
 * ```ts
 * import { encodePackage } from "@sonde/drift";
 * import { decompose, encode } from "@sonde/wavelet-buffer";
 *
 * const wavelets = decompose(samples, { signalShape: [samples.length], signalNumber: 1, decompositionSteps: 9, waveletType: "DB3" });
 * const meta = { kind: "time-series", start, stop: end, size: samples.length } as const;
 * const bytes = encodePackage({ id: start / 1_000_000n, meta, payloads: [encode(wavelets, { level: 16 })] });
 * ```
 */
export function encodePackage(input: PackageInput): Uint8Array {
  const { id, sourceTime, publishTime, status = 0, labels = {}, meta, payloads = [] } = input;
  const message = create(DriftPackageSchema, {
    id,
    status,
    ...(sourceTime === undefined ? {} : { sourceTimestamp: timestampOf(sourceTime) }),
    ...(publishTime === undefined ? {} : { publishTimestamp: timestampOf(publishTime) }),
    ...(meta === undefined ? {} : { meta: metaMessage(meta) }),
    labels: Object.entries(labels).map(([key, value]) => ({ key, value })),
    data: payloads.map((data) => ({
      typeUrl: `type.googleapis.com/${PAYLOAD}`,
      value: toBinary(DataPayloadSchema, create(DataPayloadSchema, { data })),
    })),
  });
  return toBinary(DriftPackageSchema, message);
}

function metaMessage(meta: MetaInput): ReturnType<typeof create<typeof MetaInfoSchema>> {
  switch (meta.kind) {
    case "time-series": {
      const value = { startTimestamp: timestampOf(meta.start), stopTimestamp: timestampOf(meta.stop), size: BigInt(meta.size) };
      return create(MetaInfoSchema, { type: MetaInfo_DataType.TIME_SERIES, info: { case: "timeSeriesInfo", value } });
    }
    case "image": {
      const { encoding = "wavelet", width = 0, height = 0, channelLayout = "" } = meta;
      const value = { type: encoding === "jpeg" ? 1 : 0, width: BigInt(width), height: BigInt(height), channelLayout };
      return create(MetaInfoSchema, { type: MetaInfo_DataType.IMAGE, info: { case: "imageInfo", value } });
    }
    case "scalars":
      return create(MetaInfoSchema, {
        type: MetaInfo_DataType.SCALAR_VALUES,
        info: { case: "scalarInfo", value: { variables: meta.variables.map(named) } },
      });
    case "text":
      return create(MetaInfoSchema, {
        type: MetaInfo_DataType.TEXT,
        info: { case: "textInfo", value: { mimeType: meta.mimeType ?? "text/plain" } },
      });
    case "aligned": {
      const packages = meta.packages.map((one) => ({ topic: one.topic, meta: metaMessage(one.meta) }));
      return create(MetaInfoSchema, { type: MetaInfo_DataType.ALIGNED_PACKAGE, info: { case: "alignmentInfo", value: { packages } } });
    }
    case "typed":
      return create(MetaInfoSchema, {
        type: MetaInfo_DataType.TYPED_DATA,
        info: { case: "typedDataInfo", value: { items: meta.items.map(named) } },
      });
  }
}

const named = ({ name, status = 0 }: NamedInput) => ({ name, status });
