import { create, toBinary } from "@bufbuild/protobuf";
import { sondeError } from "@sonde/core";
import type { RecordBatch } from "@sonde/core/connector";
import type { CallOptions } from "../call.js";
import { readSubscription } from "../points/arrow.js";
import { columnsBatch, rawShape } from "../points/shape.js";
import { SubscriptionUpdateOp, SubscriptionUpdateSchema } from "../proto/btrdb_pb.js";
import { uuidBytes, uuidText } from "../uuid.js";
import type { Session } from "./session.js";

/** Points of one stream as somebody inserted them: `time` and `value`, in whatever order they were written. */
export type Arrival = { readonly uuid: string; readonly points: RecordBatch };

/**
 * Points as they are inserted, from when the server has taken the question on. Nothing is told of what came before, and what comes while
 * the connection is away is lost: it ends with `connection`. The connector's live streams lose nothing, since they ask for changes.
 */
export async function* arrivals(
  { transport, arrow }: Session,
  uuids: readonly string[],
  { signal, observe }: CallOptions,
): AsyncGenerator<Arrival, void, undefined> {
  if (!arrow)
    throw sondeError("unsupported", "this server tells of no insertions as they come, which takes version 5.30: read changes()", {});
  if (uuids.length === 0) return;
  const request = create(SubscriptionUpdateSchema, { op: SubscriptionUpdateOp.ADD_UUIDS, uuid: uuids.map(uuidBytes) });
  const subject = uuids.length === 1 && uuids[0] !== undefined ? { subject: uuids[0] } : {};
  const asked = { signal, observe, ...subject };
  for await (const bytes of transport.converse("Subscribe", toBinary(SubscriptionUpdateSchema, request), asked)) {
    const { status, uuid, parts } = readSubscription(bytes, rawShape);
    transport.check(status, asked, "Subscribe");
    for (const part of parts) {
      if (part.times.length > 0) yield { uuid: uuidText(uuid), points: columnsBatch(rawShape.schema, part) };
    }
  }
}
