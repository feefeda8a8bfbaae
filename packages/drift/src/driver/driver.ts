import { type Metadata, sondeError } from "@sonde/core";
import { type Call, type Driver, matchesQuery, type StreamDriver, type StreamQuery } from "@sonde/core/connector";
import type { Drift } from "../client/drift.js";
import { metricSchema } from "../client/metrics.js";
import { type Topic, topicsOf } from "../client/topics.js";
import type { DriverContext } from "./context.js";
import { METRICS, metricStream } from "./metrics.js";
import { packageStream } from "./package-stream.js";

/** Topics of packages by their names, metrics by theirs behind `metrics/`. */
export function driftDriver(context: DriverContext): Driver<Drift> {
  const { client, session } = context;
  const { packages, metrics } = session.backEnds;

  function* streamsOf(topic: Topic): Generator<StreamDriver> {
    if (topic.newest !== undefined) yield packageStream(context, topic.name, topic.newest);
    const { fields } = topic.metrics ?? {};
    // Of every topic of packages the status is kept as a metric too.
    const measured =
      topic.metrics !== undefined && (!topic.hasPackages || fields === undefined || fields.some((field) => field !== "status"));
    if (measured) yield metricStream(context, topic.name);
  }

  async function* streams(query: StreamQuery, call: Call): AsyncGenerator<StreamDriver> {
    call.signal.throwIfAborted();
    for await (const topic of topicsOf(session, call)) {
      for (const stream of streamsOf(topic)) if (matchesQuery(stream, query)) yield stream;
    }
  }

  const ofMetrics = async (topic: string, call: Call): Promise<StreamDriver | undefined> => {
    if (metrics.backEnd === undefined) return undefined;
    const schema = await metricSchema(metrics.backEnd, topic, call);
    return schema.fields.length > 1 ? metricStream(context, topic, schema) : undefined;
  };

  return {
    client,
    info: { backEnds: client.backEnds.map(({ role, kind, name, state, info = {} }): Metadata => ({ role, kind, name, state, info })) },
    streams,
    async stream(id, call) {
      call.signal.throwIfAborted();
      const none = () => sondeError("not-found", `no topic '${id}' on this device: list them by streams()`, { id });
      if (packages.backEnd !== undefined) {
        const newest = await session.newest(id, call);
        if (newest !== undefined) return packageStream(context, id, newest);
      }
      if (id.startsWith(METRICS)) {
        const found = await ofMetrics(id.slice(METRICS.length), call);
        if (found !== undefined) return found;
      }
      // Without packages there may be metrics of that name: then it's a matter of the id.
      if (packages.backEnd === undefined && (await ofMetrics(id, call)) === undefined) throw packages.error;
      throw none();
    },
    close: () => client.close(),
  };
}
