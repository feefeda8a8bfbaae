import type { Clock } from "@sonde/core";
import { ticksToTimes, tickToTime, timeToTick } from "@sonde/core";
import type { RawPoints } from "../wire/raw-points.js";
import { type Snapshot, type Window, type WindowGrid, windowAt, windowEdge } from "./snapshot.js";
import { emptySummary, mergeSummaries, repeatSummary, type Summary, summaryOf } from "./summary.js";

/** Points that are computed where they are asked for: as many as one likes take no memory. */
export type PointFunction = {
  /** Point k is at the clock's tick k. */
  readonly clock: Clock;
  /** Points 0 to `count - 1`. */
  readonly count: number;
  /** Finite, and the same whenever it is asked for. */
  readonly value: (index: number) => number;
  /**
   * `value(k)` is `value(k % repeats)`. Statistics of any range then cost O(log repeats) once one turn has been computed;
   * without it, the first overview computes every point once and keeps a summary for each 4,096.
   */
  readonly repeats?: number;
};

const block = 4096;
const fan = 64;

/** Statistics of index ranges of a function, from a tree of summaries that is filled as it is asked for. */
class FunctionSummaries {
  readonly #value: (index: number) => number;
  readonly #levels: Map<number, Summary>[] = [];
  readonly #buffer = new Float64Array(block);

  constructor(value: (index: number) => number) {
    this.#value = value;
  }

  /** Of the points [from, to). */
  of(from: number, to: number): Summary {
    let level = 0;
    while (block * fan ** (level + 1) <= to - from) level++;
    return this.#range(level, from, to);
  }

  #range(level: number, from: number, to: number): Summary {
    if (from >= to) return emptySummary;
    if (level < 0) return this.#points(from, to);
    const size = block * fan ** level;
    const first = Math.ceil(from / size);
    const last = Math.floor(to / size);
    if (first >= last) {
      const middle = first * size;
      return middle > from && middle < to
        ? mergeSummaries(this.#range(level - 1, from, middle), this.#range(level - 1, middle, to))
        : this.#range(level - 1, from, to);
    }
    let summary = this.#range(level - 1, from, first * size);
    for (let index = first; index < last; index++) summary = mergeSummaries(summary, this.#whole(level, index));
    return mergeSummaries(summary, this.#range(level - 1, last * size, to));
  }

  #whole(level: number, index: number): Summary {
    const known = (this.#levels[level] ??= new Map());
    let summary = known.get(index);
    if (summary === undefined) {
      if (level === 0) summary = this.#points(index * block, (index + 1) * block);
      else {
        summary = emptySummary;
        for (let child = index * fan; child < (index + 1) * fan; child++) summary = mergeSummaries(summary, this.#whole(level - 1, child));
      }
      known.set(index, summary);
    }
    return summary;
  }

  #points(from: number, to: number): Summary {
    for (let index = from; index < to; index++) this.#buffer[index - from] = this.#value(index);
    return summaryOf(this.#buffer, 0, to - from);
  }
}

export function functionSnapshot(source: PointFunction): Snapshot {
  const { clock, count, value, repeats } = source;
  const summaries = new FunctionSummaries(value);
  const indexAt = (time: bigint): number => {
    const tick = timeToTick(clock, time);
    return tick < 0n ? 0 : tick > BigInt(count) ? count : Number(tick);
  };
  const summary = (from: number, to: number): Summary => {
    if (repeats === undefined) return summaries.of(from, to);
    const first = Math.floor(from / repeats);
    const last = Math.floor(to / repeats);
    if (first === last) return summaries.of(from % repeats, (from % repeats) + (to - from));
    const turns = repeatSummary(summaries.of(0, repeats), last - first - 1);
    return mergeSummaries(mergeSummaries(summaries.of(from % repeats, repeats), turns), summaries.of(0, to % repeats));
  };
  function* points(start: bigint, end: bigint): Generator<RawPoints> {
    const last = indexAt(end);
    for (let from = indexAt(start); from < last; from += block) {
      const size = Math.min(block, last - from);
      const times = ticksToTimes(
        clock,
        BigInt64Array.from({ length: size }, (_, row) => BigInt(from + row)),
      );
      yield { times, values: Float64Array.from({ length: size }, (_, row) => value(from + row)) };
    }
  }
  function* windows(grid: WindowGrid): Generator<Window> {
    const last = indexAt(windowEdge(grid, grid.count));
    for (let from = indexAt(windowEdge(grid, 0n)); from < last; ) {
      const index = windowAt(grid, tickToTime(clock, BigInt(from)));
      const to = Math.min(last, indexAt(windowEdge(grid, index + 1n)));
      yield { index, summary: summary(from, to) };
      from = to;
    }
  }
  return {
    points,
    windows,
    nearest(time, backward) {
      const index = indexAt(time) - (backward ? 1 : 0);
      return index < 0 || index >= count ? undefined : { time: tickToTime(clock, BigInt(index)), value: value(index) };
    },
  };
}
