import type { Piece } from "./read.js";

/** Instants `origin + k * per / ticks` nanoseconds, rounded down, for k from 0 on and before `end`. */
export type SnapGrid = { readonly origin: bigint; readonly ticks: bigint; readonly per: bigint; readonly end: bigint };

/** The earliest instant whose point the grid takes: half a step before its origin. */
export function earliestSnapped({ origin, ticks, per }: SnapGrid): bigint {
  return origin - per / (2n * ticks);
}

/**
 * Of each instant of the grid the nearest point within half a step, as if it were there; of two as near the earlier. A point in the middle
 * between two instants belongs to the later one. Nothing for an instant without points. Costs a few bigints a point.
 */
export async function* snapPieces(pieces: AsyncIterable<Piece>, { origin, ticks, per, end }: SnapGrid): AsyncGenerator<Piece> {
  let best: { slot: bigint; distance: bigint; value: number } | undefined;
  let version: Piece["version"] | undefined;
  for await (const piece of pieces) {
    version = piece.version;
    const snapped = room(piece.times.length);
    const [values] = piece.values;
    for (let row = 0; row < piece.times.length; row++) {
      // In bounds by the loop; raw points have one column of numbers.
      const time = piece.times[row] as bigint;
      const value = Number(values?.[row]);
      const doubled = 2n * (time - origin) * ticks + per;
      if (doubled < 0n) continue;
      const slot = origin + ((doubled / (2n * per)) * per) / ticks;
      if (slot >= end) break;
      const distance = time < slot ? slot - time : time - slot;
      if (best !== undefined && best.slot === slot && distance >= best.distance) continue;
      if (best !== undefined && best.slot !== slot) snapped.add(best.slot, best.value);
      best = { slot, distance, value };
    }
    yield { ...snapped.columns(), version };
  }
  if (best === undefined || version === undefined) return;
  const last = room(1);
  last.add(best.slot, best.value);
  yield { ...last.columns(), version };
}

function room(rows: number) {
  const times = new BigInt64Array(rows);
  const values = new Float64Array(rows);
  let count = 0;
  return {
    add(time: bigint, value: number) {
      times[count] = time;
      values[count++] = value;
    },
    columns: () => ({ times: times.subarray(0, count), values: [values.subarray(0, count)] }),
  };
}
