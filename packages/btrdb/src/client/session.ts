import type { CallOptions } from "../call.js";
import type { PointSource } from "../points/read.js";
import { type Version, versionNumber } from "../points/version.js";
import { BTrDB, type StreamDescriptor } from "../proto/btrdb_pb.js";
import type { RequestOptions } from "../transport/transport.js";
import { uuidText } from "../uuid.js";

/** What every part of one client shares. */
export type Session = PointSource & { readonly concurrency: number; readonly insertBatch: number };

/** The request options of a call about one stream. */
export function about(uuid: Uint8Array, { signal, observe }: CallOptions): RequestOptions {
  return { signal, observe, subject: uuidText(uuid) };
}

/** The descriptor and the version, by one request. Rejects `not-found`. */
export async function streamInfo(
  { transport }: Session,
  uuid: Uint8Array,
  options: CallOptions,
  omit: "nothing" | "descriptor" = "nothing",
): Promise<{ readonly descriptor: StreamDescriptor | undefined; readonly version: Version }> {
  const asked = { uuid, omitDescriptor: omit === "descriptor" };
  const { descriptor, versionMajor, versionMinor } = await transport.ask(BTrDB.method.streamInfo, asked, about(uuid, options));
  return { descriptor, version: { major: versionMajor, minor: versionMinor } };
}

/** The latest version, never from a cache. */
export async function latestVersion(session: Session, uuid: Uint8Array, options: CallOptions): Promise<Version> {
  return (await streamInfo(session, uuid, options, "descriptor")).version;
}

/** Ranges that changed after version `from`, up to version `to`: 0 is the latest, with points that no commit holds yet. */
export async function* changedRanges(
  { transport }: Session,
  uuid: Uint8Array,
  query: { readonly from: bigint; readonly to?: bigint | undefined; readonly resolution?: number | undefined },
  options: CallOptions,
): AsyncGenerator<{ readonly start: bigint; readonly end: bigint; readonly version: bigint }> {
  const { resolution = 0 } = query;
  const asked = { uuid, fromMajor: versionNumber(query.from), toMajor: versionNumber(query.to), resolution };
  for await (const { ranges, versionMajor: version } of transport.list(BTrDB.method.changes, asked, about(uuid, options))) {
    for (const { start, end } of ranges) yield { start, end, version };
  }
}
