import type { BackEndCall } from "../backends/types.js";
import { needed } from "./back-ends.js";
import type { Session } from "./session.js";
import { type Walked, walkedOf } from "./walk.js";

/** Devices publish the packages of a topic below it. Source: DriftProtocol, README, "Topics". */
const PREFIX = "drift/";

/** Packages of a topic, or of a filter, as they are published, under the topic's own name and below `drift/`. Damaged ones come as problems. */
export async function* followed(session: Session, topic: string, call: BackEndCall): AsyncGenerator<Walked> {
  const bus = needed(session.backEnds.bus);
  const filters = topic.startsWith(PREFIX) || topic.startsWith("$") ? [topic] : [topic, `${PREFIX}${topic}`];
  for await (const message of bus.subscribe(filters, call)) {
    const name = message.topic.startsWith(PREFIX) ? message.topic.slice(PREFIX.length) : message.topic;
    // A damaged one has no id: it is told by when it came.
    yield walkedOf(session, { topic: name, id: message.received / 1_000_000n, bytes: message.bytes });
  }
}
