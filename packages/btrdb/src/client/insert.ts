import { isSondeError, sondeError } from "@sonde/core";
import type { CallOptions } from "../call.js";
import { MergePolicy } from "../proto/btrdb_pb.js";
import { type BtrdbErrorDetails, withDetails } from "../transport/errors.js";
import type { RawPoints } from "../wire/raw-points.js";
import { encodeInsert } from "./insert-request.js";
import { type PointsInput, pointColumns } from "./points-to-insert.js";
import { about, latestVersion, type Session } from "./session.js";

/** What becomes of points whose time is taken: kept beside it, dropped where the value is the same too, dropped, or put in its place. */
export type Merge = "never" | "equal" | "retain" | "replace";
export type InsertOptions = CallOptions & {
  /** Default "never". With the others an insert can be repeated without harm, so it is tried again when the server was away. */
  readonly merge?: Merge | undefined;
  /** Whether the answer waits until the points are safe. */
  readonly sync?: boolean | undefined;
};

const policies: { readonly [merge in Merge]: MergePolicy } = {
  never: MergePolicy.NEVER,
  equal: MergePolicy.EQUAL,
  retain: MergePolicy.RETAIN,
  replace: MergePolicy.REPLACE,
};

/** What the server may refuse as too many. */
const insertTooBig = 414;

/**
 * Writes points, `insertBatch` at a time; resolves with the version after the last. An error says by `outcome` whether the chunk that
 * failed may be stored all the same, and by `stored` how many points before it are.
 */
export async function insertPoints(session: Session, uuid: Uint8Array, input: PointsInput, options: InsertOptions): Promise<bigint> {
  const { merge = "never" } = options;
  if (!Object.hasOwn(policies, merge)) throw sondeError("options", `merge is "never", "equal", "retain" or "replace", not "${merge}"`, {});
  const points = pointColumns(input);
  let version: bigint | undefined;
  let size = session.insertBatch;
  for (let from = 0; from < points.times.length; ) {
    const to = Math.min(points.times.length, from + size);
    const chunk = { times: points.times.subarray(from, to), values: points.values.subarray(from, to) };
    try {
      version = await insertChunk(session, uuid, chunk, merge, options, from);
      from = to;
    } catch (error) {
      if (codeOf(error) !== insertTooBig || size === 1) throw error;
      size = Math.max(1, (to - from) >> 1);
    }
  }
  return version ?? (await latestVersion(session, uuid, options)).major;
}

async function insertChunk(
  { transport, arrow }: Session,
  uuid: Uint8Array,
  points: RawPoints,
  merge: Merge,
  options: InsertOptions,
  stored: number,
): Promise<bigint> {
  const request = { uuid, points, mergePolicy: policies[merge], sync: options.sync === true };
  const { method, message } = await encodeInsert(request, arrow);
  for (let failures = 1; ; failures++) {
    try {
      const asked = { ...about(uuid, options), repeatable: false };
      return (await transport.askBytes(method, message, asked)).versionMajor;
    } catch (error) {
      if (options.signal?.aborted || !isSondeError(error) || error.code === "closed") throw error;
      const outcome = outcomeOf(error);
      withDetails(error, { outcome, stored });
      if (outcome === "unknown" && merge === "never") throw error;
      await transport.recover(error, failures, options);
    }
  }
}

/** Whether what failed may have been stored: not where the server says no, nor where it was never reached. */
export function outcomeOf(error: Error & BtrdbErrorDetails): "none" | "unknown" {
  const reached = !/No connection established|Name resolution failed/.test(error.message);
  return error.serverCode === undefined && reached ? "unknown" : "none";
}

function codeOf(error: unknown): number | undefined {
  return isSondeError(error) && "serverCode" in error && typeof error.serverCode === "number" ? error.serverCode : undefined;
}
