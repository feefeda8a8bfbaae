import type { RawPoints } from "../wire/raw-points.js";
import { firstTime } from "./bounds.js";
import type { Point, Snapshot } from "./snapshot.js";

/** Rows of several streams: one column each, NaN where a stream has nothing. */
export type JoinedRows = { readonly times: BigInt64Array; readonly columns: readonly Float64Array[] };

/**
 * The union of the streams' times in [start, end), ascending. Points of one stream that share a time make one row each.
 * With a `period`, each point goes to the nearest slot of a grid from `start`, the later one where it is halfway; of the points of one
 * slot the nearest wins, the earlier on a tie; slots without points make no row.
 */
export function* joinedRows(streams: readonly Snapshot[], start: bigint, end: bigint, period: bigint, size: number): Generator<JoinedRows> {
  const sources = streams.map((stream) => (period > 0n ? snapped(stream, start, end, period) : pointsOf(stream.points(start, end))));
  const heads = sources.map((source) => source.next().value);
  let times = new BigInt64Array(size);
  let columns = streams.map(() => new Float64Array(size).fill(Number.NaN));
  let rows = 0;
  for (;;) {
    let time: bigint | undefined;
    for (const head of heads) if (head && (time === undefined || head.time < time)) time = head.time;
    if (time === undefined) break;
    times[rows] = time;
    for (const [k, source] of sources.entries()) {
      const head = heads[k];
      const column = columns[k];
      if (head?.time !== time || column === undefined) continue;
      column[rows] = head.value;
      heads[k] = source.next().value;
    }
    if (++rows < size) continue;
    yield { times, columns };
    times = new BigInt64Array(size);
    columns = streams.map(() => new Float64Array(size).fill(Number.NaN));
    rows = 0;
  }
  if (rows > 0) yield { times: times.subarray(0, rows), columns: columns.map((column) => column.subarray(0, rows)) };
}

type Points = Generator<Point, undefined>;

function* pointsOf(pieces: Iterable<RawPoints>): Points {
  for (const { times, values } of pieces) {
    // Both columns have a value at every row below their length.
    for (let row = 0; row < times.length; row++) yield { time: times[row] as bigint, value: values[row] as number };
  }
  return undefined;
}

function* snapped(stream: Snapshot, start: bigint, end: bigint, period: bigint): Points {
  const early = start - (period + 1n) / 2n;
  let best: Point | undefined;
  let bestDistance = 0n;
  for (const { time, value } of pointsOf(stream.points(early < firstTime ? firstTime : early, end))) {
    const doubled = 2n * (time - start) + period;
    if (doubled < 0n) continue;
    const slot = start + (doubled / (2n * period)) * period;
    if (slot >= end) break;
    const distance = time < slot ? slot - time : time - slot;
    if (best?.time === slot && distance >= bestDistance) continue;
    if (best && best.time !== slot) yield best;
    best = { time: slot, value };
    bestDistance = distance;
  }
  if (best) yield best;
  return undefined;
}
