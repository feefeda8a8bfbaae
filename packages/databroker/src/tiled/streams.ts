import type { Waiting } from "../catalog/types.js";
import type { EventDescriptor } from "../event-model/documents.js";
import { isRecord, recordOf } from "../event-model/own.js";
import { asDocument } from "../event-model/validate.js";
import type { Connection } from "./connection.js";
import { isStream, nodesOf } from "./tree.js";
import type { TiledNode } from "./wire.js";

/** A stream of a run: where it is and the descriptors that were made of it, oldest first. */
export type TiledStream = {
  readonly name: string;
  readonly path: readonly string[];
  readonly descriptors: readonly EventDescriptor[];
};

/** The streams of a run in either tree, by the time of their first descriptor. Older trees have a folder `streams` between. */
export async function streamsOf(connection: Connection, run: readonly string[], uid: string, options: Waiting): Promise<TiledStream[]> {
  const streams: TiledStream[] = [];
  const collect = async (path: readonly string[]) => {
    for await (const node of nodesOf(connection, path, [], options)) {
      if (node.id === "streams" && !isStream(node) && path === run) await collect([...path, node.id]);
      else if (Array.isArray(node.attributes.metadata?.descriptors) || isStream(node)) {
        streams.push({ name: node.id, path: [...path, node.id], descriptors: descriptorsOf(node, uid) });
      }
    }
  };
  await collect(run);
  return streams.sort((a, b) => (a.descriptors[0]?.time ?? 0) - (b.descriptors[0]?.time ?? 0));
}

/** MongoDB's tree has the documents themselves; TiledWriter's the first of them and what was configured anew since. */
export function descriptorsOf(node: TiledNode, uid: string): EventDescriptor[] {
  const metadata = node.attributes.metadata ?? {};
  if (Array.isArray(metadata.descriptors)) {
    return metadata.descriptors.flatMap((document: unknown) => asDescriptor(document)).sort((a, b) => a.time - b.time);
  }
  const { _config_updates: updates, stream_name: _, ...rest } = metadata;
  const keys = isRecord(rest.data_keys) ? rest.data_keys : {};
  const devices = new Map<string, string[]>();
  for (const [key, value] of Object.entries(keys)) {
    const device = isRecord(value) && typeof value.object_name === "string" ? value.object_name : undefined;
    if (device !== undefined) devices.set(device, [...(devices.get(device) ?? []), key]);
  }
  let last: Readonly<Record<string, unknown>> = {
    ...rest,
    name: node.id,
    run_start: uid,
    object_keys: recordOf(devices),
    data_keys: recordOf(Object.entries(keys).map(([key, value]) => [key, asStreamed(value)])),
  };
  const documents = [last];
  for (const update of Array.isArray(updates) ? updates : []) {
    if (!isRecord(update)) continue;
    last = { ...last, ...update, configuration: merged(last.configuration, update.configuration) };
    documents.push(last);
  }
  return documents.flatMap(asDescriptor);
}

/** The server keeps datum ids of nothing: what was external is an array of its own, so the events have no such key. */
function asStreamed(key: unknown): unknown {
  return isRecord(key) && typeof key.external === "string" ? { ...key, external: "STREAM:" } : key;
}

/** By device. */
function merged(before: unknown, after: unknown): Record<string, unknown> {
  const devices = new Map(Object.entries(isRecord(before) ? before : {}));
  for (const [device, value] of Object.entries(isRecord(after) ? after : {})) devices.set(device, mergedDevice(devices.get(device), value));
  return recordOf(devices);
}

function mergedDevice(before: unknown, after: unknown): unknown {
  if (!isRecord(before) || !isRecord(after)) return after;
  const parts = ["data", "timestamps", "data_keys"].map((part): [string, unknown] => [
    part,
    { ...(isRecord(before[part]) ? before[part] : {}), ...(isRecord(after[part]) ? after[part] : {}) },
  ]);
  return { ...before, ...after, ...recordOf(parts) };
}

function asDescriptor(document: unknown): EventDescriptor[] {
  const pair = asDocument("descriptor", document);
  return pair?.[0] === "descriptor" ? [pair[1]] : [];
}
