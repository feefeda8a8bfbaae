/** What a stream should answer, from a plain list of points for each version: no tree, no merging of statistics. */
export type Dot = readonly [time: bigint, value: number];

export type Stat = { time: bigint; count: number; min: number; mean: number; max: number; stddev: number };

const first = 10n;
const floor = (time: bigint, step: bigint): bigint => time - (((time % step) + step) % step);

export class Oracle {
  /** Versions from 10 on. */
  readonly versions: Dot[][] = [[]];
  latest: Dot[] = [];
  buffered = 0;
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  get newest(): bigint {
    return first + BigInt(this.versions.length - 1);
  }

  insert(batch: readonly Dot[], rule: string): void {
    if (rule === "never") this.latest = [...this.latest, ...batch];
    else
      for (const [time, value] of batch) {
        const at = this.latest.filter((dot) => dot[0] === time);
        if (rule === "retain" && at.length > 0) continue;
        if (rule === "equal" && at.some((dot) => dot[1] === value)) continue;
        if (rule === "replace") this.latest = this.latest.filter((dot) => dot[0] !== time);
        this.latest = [...this.latest, [time, value]];
      }
    // A stable sort: the older one first.
    this.latest = this.latest.slice().sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    this.buffered += batch.length;
    if (this.buffered > this.limit) this.flush();
  }

  flush(): void {
    if (this.buffered === 0) return;
    this.versions.push(this.latest);
    this.buffered = 0;
  }

  delete(start: bigint, end: bigint): void {
    this.flush();
    this.latest = this.latest.filter(([time]) => time < start || time >= end);
    this.versions.push(this.latest);
  }

  at(version: bigint): Dot[] {
    return version === 0n ? this.latest : this.versions[Number(version - first)]!;
  }

  raw(version: bigint, start: bigint, end: bigint): Dot[] {
    return this.at(version).filter(([time]) => time >= start && time < end);
  }

  /** Windows k < count between edges `origin + k * width`, rounded down to multiples of `grain`; those that hold points. */
  windows(version: bigint, origin: bigint, width: bigint, count: bigint, grain = 1n): Stat[] {
    const groups = new Map<bigint, number[]>();
    for (const [time, value] of this.at(version)) {
      if (time < floor(origin, grain) || time >= floor(origin + count * width, grain)) continue;
      // The last edge at or before the time, by search outward from where it would be without rounding.
      let k = floor(time - origin, width) / width;
      while (floor(origin + k * width, grain) > time) k--;
      while (floor(origin + (k + 1n) * width, grain) <= time) k++;
      const key = origin + k * width;
      const group = groups.get(key);
      if (group) group.push(value);
      else groups.set(key, [value]);
    }
    return [...groups].map(([time, values]) => ({ time, ...statistics(values) }));
  }

  nearest(version: bigint, time: bigint, backward: boolean): Dot | undefined {
    const dots = this.at(version);
    return backward ? dots.filter((dot) => dot[0] < time).at(-1) : dots.find((dot) => dot[0] >= time);
  }

  /** Instants at which successive versions differ, each as its window of `step`, put together where they touch. */
  changes(from: bigint, to: bigint, step: bigint): { start: bigint; end: bigint }[] {
    const list = [];
    for (let version = from < first ? first : from; version < (to === 0n ? this.newest : to); version++) list.push([version, version + 1n]);
    if (to === 0n) list.push([this.newest, 0n]);
    const starts = new Set<bigint>();
    for (const [one, other] of list) {
      const before = byTime(this.at(one!));
      const after = byTime(this.at(other!));
      for (const time of new Set([...before.keys(), ...after.keys()])) {
        if (before.get(time) !== after.get(time)) starts.add(floor(time, step));
      }
    }
    const ranges: { start: bigint; end: bigint }[] = [];
    for (const start of [...starts].sort((a, b) => (a < b ? -1 : 1))) {
      if (ranges.at(-1)?.end === start) ranges.at(-1)!.end += step;
      else ranges.push({ start, end: start + step });
    }
    const least = -(1n << 60n);
    const most = 3n << 60n;
    return ranges.map(({ start, end }) => ({ start: start < least ? least : start, end: end > most ? most : end }));
  }
}

function byTime(dots: readonly Dot[]): Map<bigint, string> {
  const map = new Map<bigint, string>();
  for (const [time, value] of dots) map.set(time, `${map.get(time) ?? ""} ${value}`);
  return map;
}

/** By sums that keep what rounding drops (Neumaier 1974), so that the oracle is more exact than what it judges. */
function statistics(values: readonly number[]): Omit<Stat, "time"> {
  const mean = exactSum(values) / values.length;
  const squares = exactSum(values.map((value) => (value - mean) ** 2));
  return {
    count: values.length,
    min: values.reduce((a, b) => Math.min(a, b)),
    max: values.reduce((a, b) => Math.max(a, b)),
    mean,
    stddev: Math.sqrt(squares / values.length),
  };
}

function exactSum(values: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}
