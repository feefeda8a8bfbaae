import { fromBinary, toJson } from "@bufbuild/protobuf";
import { formatNanos, type TimeRange } from "@sonde/core";
import { mapConcurrent } from "@sonde/core/bytes";
import { fs } from "@sonde/object-store";
import type { BackEndCall } from "../backends/types.js";
import { packageName } from "../package/key.js";
import { MetaInfoSchema } from "../proto/meta_pb.js";
import { DriftPackageSchema } from "../proto/package_pb.js";
import type { Session } from "./session.js";
import type { PackageProblem } from "./walk.js";

/** What was written. */
export interface ExportReport {
  readonly packages: number;
  readonly bytes: number;
  /** Packages that could not be had: all others are there. */
  readonly problems: readonly PackageProblem[];
}

/** Writes packages as they are stored, `<topic>/<ms>.dp`, and beside each `<ms>.json` where `metadata` is asked for. */
export async function exportPackages(
  session: Session,
  folder: string | URL | FileSystemDirectoryHandle,
  {
    topics,
    range,
    metadata,
    concurrency,
  }: {
    readonly topics: readonly string[];
    readonly range?: TimeRange | undefined;
    readonly metadata: boolean;
    readonly concurrency: number;
  },
  call: BackEndCall,
): Promise<ExportReport> {
  const store = fs(folder);
  const problems: PackageProblem[] = [];
  let packages = 0;
  let bytes = 0;
  for (const topic of topics) {
    const stored = session.packages().packages(topic, { range, concurrency }, call);
    const written = mapConcurrent(
      stored,
      concurrency,
      async (one, { signal }) => {
        const { id } = one;
        const name = packageName(one);
        if ("error" in one) return { problem: { topic, id, name, error: one.error } };
        await store.put(name, one.bytes, { signal });
        if (metadata) {
          try {
            const text = new TextEncoder().encode(metadataOf(one.bytes));
            await store.put(name.replace(/\.dp$/, ".json"), text, { signal, contentType: "application/json" });
          } catch (error) {
            signal.throwIfAborted();
            return { size: one.bytes.length, problem: { topic, id, name, error } };
          }
        }
        return { size: one.bytes.length };
      },
      call,
    );
    for await (const { size, problem } of written) {
      if (problem !== undefined) problems.push(problem);
      if (size === undefined) continue;
      packages += 1;
      bytes += size;
    }
  }
  return { packages, bytes, problems };
}

/** In the words of `drift-cli export raw --with-metadata`: snake_case, times as text. */
function metadataOf(bytes: Uint8Array): string {
  const message = fromBinary(DriftPackageSchema, bytes);
  const time = (stamp: typeof message.sourceTimestamp) =>
    stamp === undefined ? null : formatNanos(stamp.seconds * 1_000_000_000n + BigInt(stamp.nanos));
  const meta = message.meta === undefined ? {} : toJson(MetaInfoSchema, message.meta, { useProtoFieldName: true });
  const head = {
    // Safe for milliseconds of the next 280,000 years.
    id: Number(message.id),
    status: message.status,
    published_time: time(message.publishTimestamp),
    source_timestamp: time(message.sourceTimestamp),
    labels: Object.fromEntries(message.labels.map(({ key, value }) => [key, value])),
  };
  return `${JSON.stringify({ ...head, ...(meta instanceof Object && !Array.isArray(meta) ? meta : {}) }, null, 2)}\n`;
}
