import { isSondeError, type TimeRange } from "@sonde/core";
import {
  arrowType,
  batchOf,
  type Call,
  coalesceBatches,
  type Description,
  fieldOf,
  projectBatch,
  projectSchema,
  type RecordBatch,
  type StreamDriver,
  schemaOf,
  timeField,
} from "@sonde/core/connector";
import { type SignalReport, signalPieces } from "../client/signal.js";
import { decodePackage } from "../package/decode.js";
import type { TimeSeriesMeta } from "../package/meta.js";
import type { DriftPackage } from "../package/package.js";
import type { DriverContext, TopicParts } from "./context.js";
import { damageOf } from "./damage.js";
import { liveOf } from "./live.js";
import { newestOf } from "./newest.js";

/** Device times are milliseconds. */
const ACCURACY = 1_000_000n;

/** Samples of all packages of a time series as rows. */
export function seriesMembers(
  context: DriverContext,
  parts: TopicParts,
): Pick<StreamDriver, "describe" | "read" | "overview" | "newest" | "live" | "kind" | "known"> {
  const { session } = context;
  const { topic, newest } = parts;
  const { badPackages: bad, sampleTiming } = session.options;
  const schema = schemaOf([timeField(), fieldOf("value", arrowType.float32(), { role: "quantity" }, bad === "null")]);

  async function* rows(
    {
      range,
      columns,
      scale,
    }: { readonly range?: TimeRange | undefined; readonly columns?: readonly string[] | undefined; readonly scale: number },
    call: Call,
  ): AsyncGenerator<RecordBatch> {
    call.signal.throwIfAborted();
    projectSchema(schema, columns);
    const report: SignalReport = { gaps: [], overlaps: [], problems: [] };
    const progress = { rows: 0, bytes: 0 };
    async function* batches(): AsyncGenerator<RecordBatch> {
      for await (const piece of signalPieces(session, topic, { range, scale, sampleTiming, bad }, report, call)) {
        const batch =
          piece.values === null
            ? batchOf(schema, { time: BigInt64Array.of(piece.time), value: [null] })
            : batchOf(schema, { time: piece.times, value: piece.values });
        progress.rows += batch.numRows;
        progress.bytes += batch.numRows * 12;
        call.onProgress({ ...progress });
        yield projectBatch(batch, columns);
      }
      const damage = damageOf(report.problems, bad);
      if (damage !== undefined) throw damage;
    }
    yield* coalesceBatches(batches());
  }
  const read = (range: TimeRange | undefined, call: Call) => rows({ range, scale: 0 }, call);

  const batch = (pkg: DriftPackage | null, time: bigint): RecordBatch | undefined => {
    if (pkg === null) return batchOf(schema, { time: BigInt64Array.of(time), value: [null] });
    if (pkg.kind !== "time-series") return undefined;
    const signal = pkg.signal({ sampleTiming });
    return batchOf(schema, { time: signal.times(), value: signal.values });
  };

  return {
    kind: "series",
    known: { kind: "series", schema, accuracy: ACCURACY },
    async describe(call): Promise<Description> {
      call.signal.throwIfAborted();
      const last = (await session.newest(topic, call)) ?? newest;
      const first = await firstOf(context, topic, call);
      const meta = seriesMeta(last) ?? seriesMeta(newest);
      const firstStart = (first && seriesMeta(first)?.start) ?? first?.time ?? last.time;
      const { start = last.time, stop = last.time, size = 0 } = meta ?? {};
      const span = stop - start;
      const end = size > 0 && span > 0n ? start + (span * BigInt(size - 1)) / BigInt(size) + 1n : stop + 1n;
      const clock = size > 0 && span > 0n ? { clock: { origin: start, ticks: BigInt(size), per: span } } : {};
      return {
        kind: "series",
        schema,
        extent: { start: firstStart, end: sampleTiming === "inclusive" ? stop + 1n : end },
        accuracy: ACCURACY,
        ...clock,
      };
    },
    read: ({ range, columns }, call) => rows({ range, columns, scale: 0 }, call),
    overview: { read: ({ range, columns, level }, call) => rows({ range, columns, scale: level }, call) },
    newest: newestOf(context, parts, { schema, read }),
    ...(session.backEnds.bus.backEnd === undefined ? {} : { live: liveOf(context, parts, { schema, read, batch }) }),
  };
}

const seriesMeta = ({ meta }: DriftPackage): TimeSeriesMeta | undefined => (meta?.kind === "time-series" ? meta : undefined);

/** The first package that can be read; undefined where the first one can't. */
async function firstOf({ session }: DriverContext, topic: string, call: Call): Promise<DriftPackage | undefined> {
  for await (const key of session.packages().keys(topic, {}, call)) {
    try {
      return decodePackage(await session.packages().get(key, call), { topic, limits: session.limits });
    } catch (error) {
      call.signal.throwIfAborted();
      if (isSondeError(error, "format") || isSondeError(error, "not-found")) return undefined;
      throw error;
    }
  }
  return undefined;
}
