import { delay } from "@sonde/core/bytes";
import { batchOf, type Call, type Live, projectBatch, projectSchema, type RecordBatch, type TimeRange } from "@sonde/core/connector";
import { changedRanges, latestVersion } from "../client/session.js";
import { insideClock, later, maximumTime, minimumTime } from "../points/clock.js";
import type { Version } from "../points/version.js";
import { versionText } from "../points/version.js";
import type { RawPoints } from "../wire/raw-points.js";
import { type DriverContext, requested } from "./context.js";
import { newPoints, type Told, tell } from "./difference.js";
import type { StreamParts } from "./stream.js";

const batchRows = 65_536;

/**
 * New points as the store's versions tell them, back-filled ones too: the ranges that changed are read at both versions, and what is new
 * is handed on. Nothing is lost however slow the reader is, for the store keeps it; so there is no queue that could overflow.
 */
export function liveOf(context: DriverContext, parts: StreamParts): Live {
  const { session, pollInterval } = context;
  const { uuid } = parts;

  const read = (range: TimeRange, version: bigint, call: Call) => {
    const inside = insideClock(range);
    return inside === undefined ? none() : requested(context, { kind: "raw", uuid, ...inside, version }, call);
  };
  /** What came after version `base`: pinned where `to` is a commit, else as it is now, beside what was `told` of it already. */
  async function* since(base: bigint, to: Version, told: Told, call: Call): AsyncGenerator<RawPoints> {
    const number = to.minor === 0n ? to.major : 0n;
    const ranges: TimeRange[] = [];
    for await (const range of changedRanges(session, uuid, { from: base, to: number }, call)) ranges.push(range);
    for (const range of ranges) yield* newPoints(read(range, number, call), read(range, base, call), told);
  }
  const handedOn = function* (points: RawPoints, columns: readonly string[] | undefined): Generator<RecordBatch> {
    for (let from = 0; from < points.times.length; from += batchRows) {
      const to = Math.min(points.times.length, from + batchRows);
      const batch = batchOf(parts.schema(), { time: points.times.subarray(from, to), value: points.values.subarray(from, to) });
      yield projectBatch(batch, columns);
    }
  };

  return {
    async *follow({ from, columns }, call) {
      call.signal.throwIfAborted();
      projectSchema(parts.schema(), columns);
      let seen = await latestVersion(session, uuid, call);
      let base = seen.major;
      // Points since `base` that no commit held when they were told.
      const told: Told = new Map();
      const buffered: RawPoints[] = [];
      if (seen.minor > 0n) for await (const points of since(base, seen, new Map(), call)) buffered.push(points);
      for (const points of buffered) tell(told, points);
      if (from !== undefined) {
        const start = later(from, minimumTime);
        for await (const batch of read({ start, end: maximumTime }, base, call)) yield projectBatch(parts.batch(batch), columns);
        for (const points of buffered) yield* handedOn(after(points, start), columns);
      }
      for (;;) {
        const latest = await latestVersion(session, uuid, call);
        if (versionText(latest) === versionText(seen)) {
          await delay(pollInterval, { signal: call.signal });
          continue;
        }
        const known: Told = new Map(told);
        for await (const points of since(base, latest, known, call)) {
          if (latest.minor > 0n) tell(told, points);
          yield* handedOn(points, columns);
        }
        if (latest.minor === 0n) {
          base = latest.major;
          told.clear();
        }
        seen = latest;
      }
    },
  };
}

function after({ times, values }: RawPoints, start: bigint): RawPoints {
  let row = 0;
  while (row < times.length && (times[row] ?? start) < start) row++;
  return { times: times.subarray(row), values: values.subarray(row) };
}

async function* none(): AsyncGenerator<never> {}
