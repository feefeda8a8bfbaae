import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Json, Metadata } from "@sonde/core";
import type { KeyOptValueSchema, StreamDescriptor } from "../proto/btrdb_pb.js";
import { uuidText } from "../uuid.js";

export type Tags = { readonly [key: string]: string };

/** What the server says of a stream beside its points. */
export type StreamMetadata = {
  readonly uuid: string;
  readonly collection: string;
  /** The tag `name`; empty where there is none. */
  readonly name: string;
  readonly unit: string;
  readonly tags: Tags;
  readonly annotations: Metadata;
  /** Raised by each change of tags and annotations. */
  readonly propertyVersion: bigint;
};
type Pair = MessageInitShape<typeof KeyOptValueSchema>;
type ReadPair = { readonly key: string; readonly val?: { readonly value: string } | undefined };

export function metadataOf(descriptor: StreamDescriptor): StreamMetadata {
  const tags = Object.fromEntries(descriptor.tags.map(({ key, val }: ReadPair) => [key, val?.value ?? ""]));
  const text = (key: string) => (Object.hasOwn(tags, key) ? (tags[key] ?? "") : "");
  return {
    uuid: uuidText(descriptor.uuid),
    collection: descriptor.collection,
    name: text("name"),
    unit: text("unit"),
    tags,
    annotations: Object.fromEntries(descriptor.annotations.map(({ key, val }: ReadPair) => [key, val ? readAnnotation(val.value) : null])),
    propertyVersion: descriptor.propertyVersion,
  };
}

/** Undefined as value asks for any value. */
export function pairsOf(values: { readonly [key: string]: string | undefined }): Pair[] {
  return Object.entries(values).map(([key, value]) => (value === undefined ? { key } : { key, val: { value } }));
}

/**
 * An annotation as BTrDB's other clients write it: JSON, and plain text bare. Text that reads as JSON is quoted, so that "5" stays text.
 */
export function writeAnnotation(value: Json): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "string") return isJson(value) ? JSON.stringify(value) : value;
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? String(item) : item));
}

/** Integers that a number would round are bigints. */
export function readAnnotation(text: string): Json {
  if (/^-?\d{16,40}$/.test(text)) return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
  try {
    // What JSON holds.
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
