/** What points come to, from a plain list of them: no tree, no merging of statistics. */
export const floorTo = (time, step) => time - (((time % step) + step) % step);

export function inserted(points, batch, merge) {
  let all = points;
  for (const [time, value] of batch) {
    const same = all.filter((point) => point[0] === time);
    if (merge === "retain" && same.length > 0) continue;
    if (merge === "equal" && same.some((point) => point[1] === value)) continue;
    if (merge === "replace") all = all.filter((point) => point[0] !== time);
    all = [...all, [time, value]];
  }
  return all.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
}

export const between = (points, start, end) => points.filter(([time]) => time >= start && time < end);

/** Windows of `width` from `origin`, whole ones before `end`, those that hold points. */
export function windows(points, origin, end, width) {
  const groups = new Map();
  for (const [time, value] of between(points, origin, origin + ((end - origin) / width) * width)) {
    const start = origin + ((time - origin) / width) * width;
    groups.set(start, [...(groups.get(start) ?? []), value]);
  }
  return [...groups].map(([start, values]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return [String(start), Math.min(...values), mean, Math.max(...values), values.length, Math.sqrt(variance)];
  });
}

/** As text; without digits beyond the twelfth, since sums in another order differ in the last ones. */
export const rounded = (row) =>
  row.map((cell) => (typeof cell === "number" ? Number((Math.abs(cell) < 1e-9 ? 0 : cell).toPrecision(12)) : cell));

/** Rows of two streams by time; points of one stream that share a time make a row each. */
export function joined(one, other) {
  const heads = [one.slice(), other.slice()];
  const rows = [];
  while (heads.some((head) => head.length > 0)) {
    const time = heads
      .flatMap((head) => head.slice(0, 1))
      .reduce((least, [at]) => (least === undefined || at < least ? at : least), undefined);
    rows.push([String(time), ...heads.map((head) => (head[0]?.[0] === time ? head.shift()[1] : null))]);
  }
  return rows;
}
