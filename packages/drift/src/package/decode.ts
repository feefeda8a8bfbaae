import { fromBinary } from "@bufbuild/protobuf";
import { isSondeError, sondeError } from "@sonde/core";
import { DataPayloadSchema, DriftPackageSchema } from "../proto/package_pb.js";
import { defaultLimits, type PackageLimits } from "./limits.js";
import { metaOf } from "./meta.js";
import type { DriftPackage, Payload } from "./package.js";
import { packageOf } from "./package-of.js";
import { statusOf } from "./status.js";
import { nanosOf } from "./timestamp.js";

export type DecodePackageOptions = {
  /** Where it was stored; packages do not say it themselves. */
  readonly topic?: string | undefined;
  readonly limits?: PackageLimits | undefined;
};

const PREFIX = "type.googleapis.com/";
export const PAYLOAD = "drift.proto.common.DataPayload";

/**
 * Decodes a package of any version of Drift's protocol; its payloads are decoded when they are asked for. Throws `format` with the
 * topic for bytes that are none, `limit` for packages within packages past `limits.maxDepth`.
 *
 * @example
 * ```ts
 * const pkg = decodePackage(await readFile("acc-5/1676296193326.dp"), { topic: "acc-5" });
 * if (pkg.status.severity === "good") console.log(pkg.buffer.compose({ scale: 7 }).data);
 * ```
 */
export function decodePackage(bytes: Uint8Array, options: DecodePackageOptions = {}): DriftPackage {
  const { topic } = options;
  const limits = limitsOf(options.limits);
  const where = topic === undefined ? "a package" : `a package of topic ${topic}`;
  // A view of its own: a `Buffer` would give Buffers on.
  const own = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const message = fromBinary(DriftPackageSchema, own, { readUnknownFields: false });
    const sourceTime = nanosOf(message.sourceTimestamp, "the source timestamp");
    const publishTime = nanosOf(message.publishTimestamp, "the publish timestamp");
    return packageOf(
      {
        id: message.id,
        topic,
        sourceTime,
        publishTime,
        status: statusOf(message.status),
        labelList: message.labels.map(({ key, value }) => ({ key, value })),
        meta: message.meta && metaOf(message.meta, limits.maxDepth),
        payloads: message.data.map(({ typeUrl, value }) => payloadOf(typeUrl, value)),
        size: bytes.length,
      },
      limits,
    );
  } catch (cause) {
    if (isSondeError(cause, "limit")) throw cause;
    const said = isSondeError(cause) ? cause.message : "its bytes are no DriftPackage";
    throw sondeError("format", `${where} can't be decoded: ${said}`, { ...(topic === undefined ? {} : { key: topic }), cause });
  }
}

function payloadOf(typeUrl: string, value: Uint8Array): Payload {
  const type = typeUrl.startsWith(PREFIX) ? typeUrl.slice(PREFIX.length) : typeUrl;
  return { type, data: type === PAYLOAD ? fromBinary(DataPayloadSchema, value, { readUnknownFields: false }).data : value };
}

function limitsOf({ maxValues, maxPixels, maxDepth }: PackageLimits = {}) {
  return {
    maxValues: maxValues ?? defaultLimits.maxValues,
    maxPixels: maxPixels ?? defaultLimits.maxPixels,
    maxDepth: maxDepth ?? defaultLimits.maxDepth,
  };
}
