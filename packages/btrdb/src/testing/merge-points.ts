import type { RawPoints } from "../wire/raw-points.js";

/** What becomes of points that share a time: `never` merges, drop `equal` pairs, `retain` the older, `replace` by the newer. */
export type MergeRule = "never" | "equal" | "retain" | "replace";

export const noPoints: RawPoints = { times: new BigInt64Array(0), values: new Float64Array(0) };

/** Ascending times, points of one time in the order that they came in. The same object where that is so already. */
export function sorted(points: RawPoints): RawPoints {
  const { times, values } = points;
  let ascending = true;
  for (let row = 1; row < times.length && ascending; row++) ascending = (times[row - 1] as bigint) <= (times[row] as bigint);
  if (ascending) return points;
  const order = Uint32Array.from(times, (_, row) => row).sort((a, b) => {
    const one = times[a] as bigint;
    const other = times[b] as bigint;
    return one < other ? -1 : one > other ? 1 : a - b;
  });
  const result = { times: new BigInt64Array(times.length), values: new Float64Array(times.length) };
  for (const [row, from] of order.entries()) {
    result.times[row] = times[from] as bigint;
    result.values[row] = values[from] as number;
  }
  return result;
}

/** Newer points among older ones, both ascending. The older object itself where nothing changes. */
export function mergePoints(older: RawPoints, newer: RawPoints, rule: MergeRule): RawPoints {
  if (rule === "never" && older.times.length === 0) return newer;
  const size = older.times.length + newer.times.length;
  const times = new BigInt64Array(size);
  const values = new Float64Array(size);
  let count = 0;
  let changed = false;
  const add = (time: bigint, value: number) => {
    times[count] = time;
    values[count] = value;
    count++;
  };
  let row = 0;
  let next = 0;
  while (row < older.times.length || next < newer.times.length) {
    const time = newer.times[next];
    while (row < older.times.length && (time === undefined || (older.times[row] as bigint) < time)) {
      add(older.times[row] as bigint, older.values[row] as number);
      row++;
    }
    if (time === undefined) break;
    const first = count;
    for (; older.times[row] === time; row++) add(time, older.values[row] as number);
    const before = count;
    for (; newer.times[next] === time; next++) {
      const value = newer.values[next] as number;
      if (rule === "replace") {
        if (count - first !== 1 || values[first] !== value) changed = true;
        count = first;
      } else if (rule === "retain" && count > first) continue;
      else if (rule === "equal" && values.subarray(first, count).includes(value)) continue;
      add(time, value);
    }
    if (count !== before) changed = true;
  }
  return changed ? { times: times.subarray(0, count), values: values.subarray(0, count) } : older;
}
