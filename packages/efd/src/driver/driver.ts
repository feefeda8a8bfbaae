import { type Driver, matchesQuery } from "@sonde/core/connector";
import { type Efd, topicExists } from "../client.js";
import { topicNames } from "../layout/folders.js";
import { observedStore } from "../layout/observed-store.js";
import type { Session } from "../session.js";
import { noTopic } from "../topic/describe.js";
import { topicDriver } from "./stream.js";

/** Topics as streams, by name. */
export function efdDriver(session: Session, client: Efd): Driver<Efd> {
  return {
    client,
    info: { store: session.archive.store.name, prefix: session.archive.base, pathFormat: session.archive.format.pattern },
    async *streams(query, call) {
      call.signal.throwIfAborted();
      const archive = { ...session.archive, store: observedStore(session.archive.store, call.observe) };
      for await (const name of topicNames(archive, call)) if (matchesQuery({ name }, query)) yield topicDriver(session, name);
    },
    async stream(id, call) {
      call.signal.throwIfAborted();
      if (await topicExists(session, id, call)) return topicDriver(session, id);
      throw noTopic(session, id);
    },
    close: () => client.close(),
  };
}
