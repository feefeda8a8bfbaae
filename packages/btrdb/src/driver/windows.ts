import type { RecordBatch, TimeRange, WindowQuery, Windows } from "@sonde/core/connector";
import { batchOf, chunksOf, projectSchema, sondeError, timesOf } from "@sonde/core/connector";
import { earlier, later, maximumTime, minimumTime } from "../points/clock.js";
import type { PointRequest } from "../points/request.js";
import { type DriverContext, requested, versionQuery } from "./context.js";
import { pointSchema, type ServedStatistic, servedStatistics, windowsSchema } from "./schema.js";

/** The widest that the aligned call takes in one piece of BTrDB's clock. */
const widestPower = 60;

/** Windows from the tree: by the aligned call for powers of two, else from k·width on. No point is read. */
export function windowsOf(
  context: DriverContext,
  stream: { readonly id: string; readonly uuid: Uint8Array; readonly unit: string },
): Windows {
  return {
    statistics: servedStatistics,
    widths: "any",
    async *read(query, call) {
      call.signal.throwIfAborted();
      const { width, columns } = query;
      projectSchema(pointSchema(stream.unit), columns);
      const statistics = query.statistics.map(served);
      if (width <= 0n) throw sondeError("options", "the width of a window must be longer than nothing", {});
      const schema = windowsSchema(stream.unit, width, statistics);
      const { number: version, wanted } = versionQuery(query.version, stream.id);
      for (const { request, first } of requestsOf(query, { uuid: stream.uuid, version })) {
        for await (const batch of requested(context, request, call, wanted)) yield windowBatch(schema, statistics, batch, first);
      }
    },
  };

  function windowBatch(
    schema: ReturnType<typeof windowsSchema>,
    statistics: readonly ServedStatistic[],
    batch: RecordBatch,
    first: bigint | undefined,
  ): RecordBatch {
    // Built by the shape, which makes them of these kinds.
    const numbers = (name: string) => chunksOf(batch, name)[0]?.values as Float64Array;
    const counts = chunksOf(batch, "count")[0]?.values as BigUint64Array;
    const column = (statistic: ServedStatistic) => {
      if (statistic === "count") return new BigInt64Array(counts.buffer, counts.byteOffset, batch.numRows);
      if (statistic !== "stddev") return numbers(statistic).subarray(0, batch.numRows);
      const values = numbers("stddev").slice(0, batch.numRows);
      for (let row = 0; row < values.length; row++) {
        const count = Number(counts[row]);
        // From the population's to the sample's: n against n - 1.
        values[row] = (values[row] ?? 0) * Math.sqrt(count / (count - 1));
      }
      return { values, valid: (row: number) => (counts[row] ?? 0n) > 1n };
    };
    const times = first === undefined ? timesOf(batch) : BigInt64Array.of(first);
    return batchOf(schema, { time: times, ...Object.fromEntries(statistics.map((one) => [`${one}_value`, column(one)])) });
  }
}

type Request = {
  readonly request: PointRequest /** Where the only window begins, in place of what the answer says. */;
  readonly first?: bigint;
};

/**
 * The requests that make up a range of whole windows. BTrDB refuses what passes its clock, so a window across its first or last instant
 * is asked for as the part inside: outside there is nothing.
 */
function* requestsOf(
  { range, width }: WindowQuery & { readonly range: TimeRange },
  of: Pick<PointRequest, "uuid" | "version">,
): Generator<Request> {
  const pointWidth = width.toString(2).length - 1;
  const isPower = width === 1n << BigInt(pointWidth) && pointWidth <= widestPower;
  const whole = { start: up(minimumTime, width), end: down(maximumTime, width) };
  const [start, end] = [later(range.start, whole.start), earlier(range.end, whole.end)];
  const single = (from: bigint, to: bigint, first: bigint): Request => {
    return { request: { ...of, kind: "windows", start: from, end: to, width: to - from, depth: 0 }, first };
  };
  const head = whole.start - width;
  if (head < whole.start && range.start <= head && range.end > head && whole.start > minimumTime) {
    yield single(minimumTime, earlier(whole.start, maximumTime), head);
  }
  if (start < end) {
    yield {
      request: isPower ? { ...of, kind: "aligned", start, end, pointWidth } : { ...of, kind: "windows", start, end, width, depth: 0 },
    };
  }
  if (range.end > whole.end && range.start <= whole.end && whole.end >= whole.start) yield single(whole.end, maximumTime, whole.end);
}

function served(statistic: WindowQuery["statistics"][number]): ServedStatistic {
  const found = servedStatistics.find((one) => one === statistic);
  if (found !== undefined) return found;
  throw sondeError("unsupported", `BTrDB keeps no ${statistic} of its windows: there are ${servedStatistics.join(", ")}`, {
    what: statistic,
  });
}

const down = (time: bigint, width: bigint) => time - (((time % width) + width) % width);
const up = (time: bigint, width: bigint) => -down(-time, width);
