import { isSondeError } from "@sonde/core";
import { mapConcurrent } from "@sonde/core/bytes";
import type { BackEndCall, MetricRows } from "../backends/types.js";
import { decodePackage } from "../package/decode.js";
import { timeOfId } from "../package/key.js";
import type { DriftPackage } from "../package/package.js";
import type { Session } from "./session.js";

/** All that has one id: what happened at one instant in several topics. */
export interface DriftEvent {
  readonly id: bigint;
  readonly time: bigint;
  /** By topic; topics without a package of that id are left out. */
  readonly packages: ReadonlyMap<string, DriftPackage>;
  /** By topic, one row each. */
  readonly metrics: ReadonlyMap<string, { readonly [field: string]: number | bigint | boolean | string | null }>;
  /** Topics whose package can't be read, and why. */
  readonly problems: ReadonlyMap<string, unknown>;
}

export async function eventOf(session: Session, id: bigint, topics: readonly string[], call: BackEndCall): Promise<DriftEvent> {
  call.signal.throwIfAborted();
  const packages = new Map<string, DriftPackage>();
  const metrics = new Map<string, { readonly [field: string]: number | bigint | boolean | string | null }>();
  const problems = new Map<string, unknown>();
  const time = timeOfId(id);
  const { packages: stored, metrics: measured } = session.backEnds;
  const look = async (topic: string, own: BackEndCall): Promise<void> => {
    if (stored.backEnd !== undefined) {
      try {
        const bytes = await stored.backEnd.get({ topic, id }, own);
        packages.set(topic, decodePackage(bytes, { topic, limits: session.limits }));
      } catch (error) {
        own.signal.throwIfAborted();
        if (!isSondeError(error)) throw error;
        if (error.code !== "not-found") problems.set(topic, error);
      }
    }
    if (measured.backEnd === undefined) return;
    for await (const rows of measured.backEnd.rows(topic, { range: { start: time, end: time + 1n } }, own)) {
      if (rows.times.length > 0) metrics.set(topic, rowOf(rows, 0));
    }
  };
  for await (const _ of mapConcurrent(topics, session.concurrency, (topic, { signal }) => look(topic, { ...call, signal }), call));
  const inOrder = <T>(map: ReadonlyMap<string, T>) =>
    new Map(topics.flatMap((topic) => (map.has(topic) ? [[topic, map.get(topic) as T]] : [])));
  return { id, time, packages: inOrder(packages), metrics: inOrder(metrics), problems };
}

function rowOf({ columns }: MetricRows, row: number): { readonly [field: string]: number | bigint | boolean | string | null } {
  // A field may be called anything.
  const fields: { [field: string]: number | bigint | boolean | string | null } = Object.create(null);
  for (const column of columns) {
    const absent = "valid" in column && column.valid?.(row) === false;
    fields[column.name] = absent ? null : (column.values[row] ?? null);
  }
  return fields;
}
