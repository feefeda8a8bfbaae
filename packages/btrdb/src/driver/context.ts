import type { Nanos } from "@sonde/core";
import { type Call, type RecordBatch, sondeError } from "@sonde/core/connector";
import type { Btrdb } from "../client/btrdb.js";
import { about, type Session } from "../client/session.js";
import { type Piece, readBatches, readPieces } from "../points/read.js";
import type { PointRequest } from "../points/request.js";
import { parseVersion, type Version, versionText } from "../points/version.js";

/** What every part of the driver shares. */
export type DriverContext = { readonly session: Session; readonly client: Btrdb; readonly pollInterval: Nanos };

/** Batches of one request, with progress. */
export async function* requested(
  { session }: DriverContext,
  request: PointRequest,
  call: Call,
  wanted?: Version,
): AsyncGenerator<RecordBatch> {
  call.signal.throwIfAborted();
  const pieces = readPieces(session, request, about(request.uuid, call));
  let rows = 0;
  let bytes = 0;
  for await (const batch of readBatches(wanted ? ofVersion(pieces, wanted) : pieces, request)) {
    rows += batch.numRows;
    bytes += batch.numRows * 8 * batch.schema.fields.length;
    call.onProgress({ rows, bytes });
    yield batch;
  }
}

/**
 * The version that a text names, and what to ask the server for: one with points that no commit holds can only be read while it is the
 * latest, which `requested` checks. Rejects `not-found` for text that is none.
 */
export function versionQuery(text: string | undefined, id: string): { readonly number: bigint; readonly wanted?: Version } {
  if (text === undefined) return { number: 0n };
  const version = parseVersion(text);
  if (version === undefined) throw noVersion(text, id);
  return version.minor === 0n ? { number: version.major } : { number: 0n, wanted: version };
}

async function* ofVersion(pieces: AsyncIterable<Piece>, wanted: Version): AsyncGenerator<Piece> {
  for await (const piece of pieces) {
    if (versionText(piece.version) !== versionText(wanted)) throw noVersion(versionText(wanted), "");
    yield piece;
  }
}

function noVersion(text: string, id: string) {
  const where = id === "" ? "" : ` of stream '${id}'`;
  return sondeError("not-found", `no version '${text}'${where}: versions are numbers, the current one is in describe()`, { id: text });
}
