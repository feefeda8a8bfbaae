import { type Driver, matchesQuery, type StreamDriver } from "@sonde/core/connector";
import { type EfdInflux, type InfluxSession, topicNames, topicOf } from "./client.js";
import { liveOf } from "./live.js";
import type { Topic } from "./select.js";
import { topicDriver } from "./topic-driver.js";

/** What every part of the driver shares. */
export type InfluxContext = {
  readonly session: InfluxSession;
  readonly client: EfdInflux;
  readonly pollInterval: bigint;
  readonly lateness: bigint;
  /** The columns of a topic, as they were when it was first asked for: what is described is what is read. */
  topic(name: string, call: { readonly signal: AbortSignal }): Promise<Topic>;
};

export function influxDriver(given: Omit<InfluxContext, "topic">): Driver<EfdInflux> {
  const { session, client } = given;
  const topics = new Map<string, Topic>();
  const context: InfluxContext = {
    ...given,
    async topic(name, call) {
      const known = topics.get(name);
      if (known !== undefined) return known;
      const found = await topicOf(session, name, call);
      // Of several askers the first to come back decides for all.
      const first = topics.get(name) ?? found;
      topics.set(name, first);
      return first;
    },
  };
  const streamOf = (name: string): StreamDriver => ({ ...topicDriver(context, name), live: liveOf(context, name) });

  return {
    client,
    info: {
      url: session.url,
      database: session.place.database,
      retentionPolicy: session.place.retentionPolicy,
      ...(session.version === undefined ? {} : { version: session.version }),
    },
    async *streams(query, call) {
      call.signal.throwIfAborted();
      for (const name of await topicNames(session, call)) if (matchesQuery({ name }, query)) yield streamOf(name);
    },
    async stream(id, call) {
      call.signal.throwIfAborted();
      await context.topic(id, call);
      return streamOf(id);
    },
    close: () => client.close(),
  };
}
