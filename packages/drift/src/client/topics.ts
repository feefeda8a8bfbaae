import { isSondeError, type TimeRange } from "@sonde/core";
import { mapConcurrent } from "@sonde/core/bytes";
import { extentOfIds } from "../backends/objects.js";
import type { BackEndCall, MetricTopic, StoredTopic } from "../backends/types.js";
import type { PackageKind } from "../package/meta.js";
import type { DriftPackage } from "../package/package.js";
import type { Session } from "./session.js";

/** A topic, and what is known of it. */
export interface Topic {
  readonly name: string;
  /** Of its newest package: Drift itself does not say what a topic holds. "metrics" where there are no packages. */
  readonly kind: PackageKind | "metrics";
  /** True where the kind is that of the newest package; false where nothing says it. */
  readonly inferred: boolean;
  /** Of its packages: from the first id to after the last. */
  readonly extent?: TimeRange | null;
  readonly packages?: number;
  readonly bytes?: number;
  /** The newest package that the kind is of. */
  readonly newest?: DriftPackage;
  /** Why the newest package can't be read. */
  readonly problem?: unknown;
  readonly hasPackages: boolean;
  /** What the storage of metrics knows of the topic, which outlives the packages. */
  readonly metrics?: MetricTopic;
}

/** Newest packages that are looked at in parallel. */
const LOOKS = 16;

/** All topics of both storages, in the order of their names. A storage that is not there has none; with neither, why is thrown. */
export async function* topicsOf(session: Session, call: BackEndCall): AsyncGenerator<Topic> {
  call.signal.throwIfAborted();
  const { packages, metrics } = session.backEnds;
  if (packages.backEnd === undefined && metrics.backEnd === undefined) throw packages.error;
  const [stored, measured] = await Promise.all([packages.backEnd?.topics(call) ?? [], metrics.backEnd?.topics(call) ?? []]);
  const byName = new Map<string, { stored?: StoredTopic; metrics?: MetricTopic }>();
  for (const topic of stored) byName.set(topic.topic, { stored: topic });
  for (const topic of measured) byName.set(topic.topic, { ...byName.get(topic.topic), metrics: topic });
  const names = [...byName].sort(([a], [b]) => (a < b ? -1 : 1));
  yield* mapConcurrent(names, LOOKS, ([name, found], { signal }) => topicOf(session, name, found, { ...call, signal }), call);
}

async function topicOf(
  session: Session,
  name: string,
  { stored, metrics }: { readonly stored?: StoredTopic; readonly metrics?: MetricTopic },
  call: BackEndCall,
): Promise<Topic> {
  const measured = metrics === undefined ? {} : { metrics };
  if (stored === undefined) {
    return {
      name,
      kind: "metrics",
      inferred: false,
      hasPackages: false,
      ...measured,
      ...(metrics?.extent === undefined ? {} : { extent: metrics.extent }),
    };
  }
  const { packages, bytes } = stored;
  const counted = { ...(packages === undefined ? {} : { packages }), ...(bytes === undefined ? {} : { bytes }) };
  const base = { name, hasPackages: true, ...counted, ...measured };
  try {
    const newest = await session.newest(name, call);
    if (newest === undefined) return { ...base, kind: "unknown", inferred: false, extent: null };
    const extent = stored.extent ?? (await extentTo(session, name, newest.id, call));
    return { ...base, kind: newest.kind, inferred: true, extent, newest };
  } catch (problem) {
    call.signal.throwIfAborted();
    if (!isSondeError(problem)) throw problem;
    return { ...base, kind: "unknown", inferred: false, problem, ...(stored.extent === undefined ? {} : { extent: stored.extent }) };
  }
}

async function extentTo(session: Session, topic: string, last: bigint, call: BackEndCall): Promise<TimeRange> {
  for await (const { id } of session.packages().keys(topic, {}, call)) return extentOfIds(id, last);
  return extentOfIds(last, last);
}
