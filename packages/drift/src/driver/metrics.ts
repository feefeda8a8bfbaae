import {
  type Call,
  coalesceBatches,
  type Description,
  projectBatch,
  projectSchema,
  type Schema,
  type StreamDriver,
} from "@sonde/core/connector";
import { metricBatch, metricBatches, metricSchema } from "../client/metrics.js";
import type { DriverContext } from "./context.js";

/** Ids of metrics, which may have the topic of packages. */
export const METRICS = "metrics/";

/** Fields of a metric as columns. */
export function metricStream({ session }: DriverContext, topic: string, known?: Schema): StreamDriver {
  const storage = session.metrics();
  let schema = known;
  const schemaOf = async (call: Call): Promise<Schema> => {
    schema ??= await metricSchema(storage, topic, call);
    return schema;
  };
  return {
    id: `${METRICS}${topic}`,
    name: topic,
    collection: "metrics",
    kind: "series",
    async describe(call): Promise<Description> {
      call.signal.throwIfAborted();
      const [own, extent] = await Promise.all([schemaOf(call), storage.extent(topic, call)]);
      return { kind: "series", schema: own, extent };
    },
    async *read({ range, columns }, call) {
      call.signal.throwIfAborted();
      const own = await schemaOf(call);
      yield* coalesceBatches(metricBatches(storage, topic, { schema: own, range, columns }, call));
    },
    newest: {
      async *read({ rows, columns }, call) {
        call.signal.throwIfAborted();
        const own = await schemaOf(call);
        projectSchema(own, columns);
        if (rows <= 0) return;
        const batch = metricBatch(own, await storage.newest(topic, rows, call));
        if (batch.numRows > 0) yield projectBatch(batch, columns);
      },
    },
  };
}
