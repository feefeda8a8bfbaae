import { refusal, serverCode } from "./refusal.js";

/** What a stream has besides its points. A missing value of an annotation is null. */
export type StreamRecord = {
  readonly uuid: string;
  readonly collection: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string | null>;
  /** Goes up by one with every change of tags or annotations. */
  readonly propertyVersion: bigint;
};

/** The tags that every stream of v5 has, empty where nobody set them. */
export const tagKeys = ["name", "unit", "ingress", "distiller"] as const;

const encoder = new TextEncoder();
const sizeOf = (text: string): number => encoder.encode(text).byteLength;

export function checkCollection(collection: string): void {
  const size = sizeOf(collection);
  if (size < 1 || size > 255 || collection.includes("\0")) {
    throw refusal(serverCode.invalidCollection, `invalid collection '${collection.slice(0, 64)}': 1 to 255 bytes without NUL`);
  }
}

export function checkTag(key: string, value: string): void {
  if (!tagKeys.some((known) => known === key)) {
    throw refusal(serverCode.invalidTagKey, `invalid tag '${key.slice(0, 64)}': there are ${tagKeys.join(", ")}`);
  }
  if (sizeOf(value) > 255 || value.includes("\0")) {
    throw refusal(serverCode.invalidTagValue, `invalid value of tag '${key}': at most 255 bytes without NUL`);
  }
}

export function checkAnnotation(key: string, value: string | null): void {
  if (!/^[a-z][a-z0-9_.]*$/.test(key) || key.length > 63) {
    throw refusal(serverCode.invalidTagKey, `invalid annotation '${key.slice(0, 64)}': a-z, 0-9, _ and ., at most 63 bytes`);
  }
  if (value !== null && sizeOf(value) > 2 ** 21) {
    throw refusal(serverCode.annotationTooBig, `annotation '${key}' is larger than 2 MB`);
  }
}

/** `wanted` by key: a value to equal, or null for any. */
export function matches(record: StreamRecord, tags: ReadonlyMap<string, string | null>, annotations: ReadonlyMap<string, string | null>) {
  for (const [key, value] of tags) {
    const own = record.tags.get(key);
    // An empty tag is one that nobody set.
    if (own === undefined || (value === null ? own === "" : own !== value)) return false;
  }
  for (const [key, value] of annotations) {
    if (!record.annotations.has(key) || (value !== null && record.annotations.get(key) !== value)) return false;
  }
  return true;
}
