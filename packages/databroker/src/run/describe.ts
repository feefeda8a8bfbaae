import { type DataKey, externalKind } from "../event-model/data-key.js";
import type { EventDescriptor } from "../event-model/documents.js";
import { streamNameOf } from "../event-model/stream-name.js";
import type { Configuration, FieldSummary } from "./types.js";

/** Data keys of a stream's descriptors, in the order in which the first that has each names them. */
export function dataKeysOf(descriptors: readonly EventDescriptor[]): ReadonlyMap<string, DataKey> {
  const keys = new Map<string, DataKey>();
  for (const { data_keys } of descriptors) for (const [name, key] of Object.entries(data_keys)) if (!keys.has(name)) keys.set(name, key);
  return keys;
}

/** Streams in order of their first descriptors. */
export function streamsOf(descriptors: readonly EventDescriptor[]): readonly string[] {
  return [...new Set(descriptors.map(streamNameOf))];
}

export function fieldsOf(descriptors: readonly EventDescriptor[], only: string | undefined): readonly FieldSummary[] {
  return streamsOf(descriptors)
    .filter((stream) => only === undefined || stream === only)
    .flatMap((stream) => {
      const own = descriptors.filter((descriptor) => streamNameOf(descriptor) === stream);
      return [...dataKeysOf(own)].map(([name, key]) => summaryOf(name, key, stream, deviceOf(name, own)));
    });
}

function summaryOf(name: string, key: DataKey, stream: string, device: string | undefined): FieldSummary {
  const shape = Array.isArray(key.shape) ? key.shape : [];
  return {
    name,
    stream,
    dtype: key.dtype,
    shape,
    image: isImage(key),
    ...(device === undefined ? {} : { device }),
    ...(typeof key.units === "string" ? { units: key.units } : {}),
  };
}

/** Two dimensions or more, or data that lie outside of the documents. */
export function isImage(key: DataKey): boolean {
  return externalKind(key) !== undefined || (Array.isArray(key.shape) && key.shape.length >= 2);
}

function deviceOf(name: string, descriptors: readonly EventDescriptor[]): string | undefined {
  for (const { object_keys } of descriptors) {
    const device = Object.entries(object_keys ?? {}).find(([, keys]) => Array.isArray(keys) && keys.includes(name));
    if (device !== undefined) return device[0];
  }
  return undefined;
}

export function devicesOf(descriptors: readonly EventDescriptor[]): readonly string[] {
  return [...new Set(descriptors.flatMap(({ object_keys }) => Object.keys(object_keys ?? {})))];
}

export function configurationOf(descriptors: readonly EventDescriptor[], device: string): ReadonlyMap<string, readonly Configuration[]> {
  const found = new Map<string, Configuration[]>();
  for (const descriptor of descriptors) {
    const entry = Object.hasOwn(descriptor.configuration ?? {}, device) ? descriptor.configuration?.[device] : undefined;
    if (entry === undefined) continue;
    const stream = streamNameOf(descriptor);
    const list = found.get(stream) ?? [];
    list.push({ data: entry.data ?? {}, timestamps: entry.timestamps ?? {}, dataKeys: entry.data_keys ?? {} });
    found.set(stream, list);
  }
  return found;
}
