import type { MetricColumn, MetricRows, MetricStorage, MetricType } from "../backends/types.js";

/** One row of a metric: numbers are `float64`, bigints `int64`. */
export type MetricRow = { readonly time: bigint; readonly fields: { readonly [name: string]: number | bigint | boolean | string } };

/** Metrics in memory, by topic. */
export function memoryMetrics(rows: { readonly [topic: string]: readonly MetricRow[] }): MetricStorage {
  const sorted = new Map(Object.entries(rows).map(([topic, list]) => [topic, [...list].sort((a, b) => (a.time < b.time ? -1 : 1))]));
  const of = (topic: string): readonly MetricRow[] => sorted.get(topic) ?? [];
  const fieldsOf = (topic: string) => {
    const types = new Map<string, MetricType>();
    for (const { fields } of of(topic)) for (const [name, value] of Object.entries(fields)) types.set(name, typeOf(value));
    return [...types].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, type]) => ({ name, type }));
  };
  const pick = (topic: string, list: readonly MetricRow[], names: readonly string[] | undefined): MetricRows => ({
    times: BigInt64Array.from(list, ({ time }) => time),
    columns: fieldsOf(topic)
      .filter(({ name }) => names === undefined || names.includes(name))
      .map(({ name, type }) => columnOf(name, type, list)),
  });
  return {
    name: "metrics in memory",
    async info({ signal }) {
      signal.throwIfAborted();
      return { topics: sorted.size };
    },
    async topics({ signal }) {
      signal.throwIfAborted();
      return [...sorted.keys()].sort().map((topic) => ({ topic, fields: fieldsOf(topic).map(({ name }) => name) }));
    },
    async fields(topic, { signal }) {
      signal.throwIfAborted();
      return fieldsOf(topic);
    },
    async extent(topic, { signal }) {
      signal.throwIfAborted();
      const [first, last] = [of(topic)[0], of(topic).at(-1)];
      return first === undefined || last === undefined ? null : { start: first.time, end: last.time + 1n };
    },
    async *rows(topic, { range, fields }, { signal }) {
      signal.throwIfAborted();
      const list = of(topic).filter(({ time }) => range === undefined || (time >= range.start && time < range.end));
      if (list.length > 0) yield pick(topic, list, fields);
    },
    async newest(topic, count, { signal }) {
      signal.throwIfAborted();
      return pick(topic, of(topic).slice(-count), undefined);
    },
  };
}

function typeOf(value: number | bigint | boolean | string): MetricType {
  if (typeof value === "number") return "float64";
  if (typeof value === "bigint") return "int64";
  return typeof value === "boolean" ? "bool" : "utf8";
}

function columnOf(name: string, type: MetricType, rows: readonly MetricRow[]): MetricColumn {
  const cells = rows.map(({ fields }) => (Object.hasOwn(fields, name) ? fields[name] : undefined));
  const valid = (row: number) => cells[row] !== undefined;
  switch (type) {
    case "float64":
      return { name, type, values: Float64Array.from(cells, (cell) => Number(cell ?? 0)), valid };
    case "int64":
      return { name, type, values: BigInt64Array.from(cells, (cell) => BigInt(cell ?? 0)), valid };
    case "uint64":
      return { name, type, values: BigUint64Array.from(cells, (cell) => BigInt(cell ?? 0)), valid };
    case "bool":
      return { name, type, values: cells.map((cell) => (typeof cell === "boolean" ? cell : null)) };
    case "utf8":
      return { name, type, values: cells.map((cell) => (typeof cell === "string" ? cell : null)) };
  }
}
