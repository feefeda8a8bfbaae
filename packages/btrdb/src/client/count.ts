import { chunksOf } from "@sonde/core/connector";
import { readBatches, readPieces } from "../points/read.js";
import type { PointRequest } from "../points/request.js";
import type { RequestOptions } from "../transport/transport.js";
import type { Session } from "./session.js";

/** How many windows an approximate count may take: 2 to the sixth. */
const edge = 6;

/** Points of a range: exactly as one window of its length, or by aligned windows whose edges are rounded down. */
export async function countPoints(
  session: Session,
  range: { readonly uuid: Uint8Array; readonly start: bigint; readonly end: bigint; readonly version: bigint },
  approximate: boolean,
  options: RequestOptions,
): Promise<number> {
  const span = range.end - range.start;
  if (span <= 0n) return 0;
  const pointWidth = Math.max(0, span.toString(2).length - 1 - edge);
  const request: PointRequest = approximate
    ? { ...range, kind: "aligned", pointWidth }
    : { ...range, kind: "windows", width: span, depth: 0 };
  let total = 0n;
  for await (const batch of readBatches(readPieces(session, request, options), request)) {
    // Counts are unsigned 64-bit integers by the shape.
    for (const count of (chunksOf(batch, "count")[0]?.values ?? []) as BigUint64Array) total += count;
  }
  return Number(total);
}
