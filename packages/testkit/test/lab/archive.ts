import {
  type Collection,
  type Json,
  type NdArray,
  type StreamInfo,
  schemaText,
  sondeError,
  type TimeRange,
  timesOf,
} from "@sonde/core/connector";
import type { RecordBatch, Schema } from "../../src/arrow.js";
import type { RecordedRequest } from "../../src/requests.js";

export interface Chunk {
  readonly key: string;
  readonly batch: RecordBatch;
  readonly damaged?: boolean;
}

export interface StoredStream {
  readonly info: StreamInfo;
  readonly schema: Schema;
  /** The chunks of each version, oldest first; the last is current. */
  readonly versions: Chunk[][];
  readonly arrays: ReadonlyMap<string, NdArray>;
  metadata: Record<string, Json>;
  readonly followers: Set<(batch: RecordBatch) => void>;
}

/** What the lab's server keeps, with what a test wants to know of its visitors. */
export interface Archive {
  readonly streams: Map<string, StoredStream>;
  readonly collections: Collection[];
  readonly requests: RecordedRequest[];
  /** Never answers. */
  readonly silent?: boolean;
  open: number;
}

/** One round trip: a turn of the event loop, or for ever where the archive is silent; ends early with the signal's reason. */
export async function request(archive: Archive, target: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  archive.requests.push({ target, signal });
  await new Promise<void>((resolve, reject) => {
    const abort = () => {
      clearImmediate(turn);
      reject(signal.reason);
    };
    const turn = setImmediate(() => {
      if (archive.silent) return;
      signal.removeEventListener("abort", abort);
      resolve();
    });
    signal.addEventListener("abort", abort, { once: true });
  });
}

export const chunksNow = (stream: StoredStream): readonly Chunk[] => stream.versions.at(-1) ?? [];

export const spanOf = (batch: RecordBatch): TimeRange => {
  const times = timesOf(batch);
  return { start: times[0]!, end: times.at(-1)! + 1n };
};

export function store(stream: StoredStream, batch: RecordBatch): void {
  const [got, wanted] = [schemaText(batch.schema), schemaText(stream.schema)];
  if (got !== wanted) throw sondeError("contract", `'${stream.info.id}' holds ${wanted}, not ${got}`, { rule: "schema" });
  const chunks = chunksNow(stream);
  stream.versions.push([...chunks, { key: `${stream.info.id}/${chunks.length}`, batch }]);
  for (const follower of stream.followers) follower(batch);
}
