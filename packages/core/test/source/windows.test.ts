import type { RecordBatch, Table } from "apache-arrow";
import { describe, expect, test } from "vitest";
import type { Statistic, Windows } from "../../src/contract.js";
import { isSondeError } from "../../src/errors.js";
import { windowBatches } from "../../src/kernels/windows.js";
import { join } from "../../src/source/join.js";
import type { Stream } from "../../src/source/types.js";
import { timesOf } from "../../src/table/column.js";
import { provenance } from "../../src/table/field.js";
import { projectSchema } from "../../src/table/schema.js";
import { type Behaviour, fixture, origin, rows, schema, step } from "./fixture.js";

const first = async (behaviour: Partial<Behaviour> = {}): Promise<{ stream: Stream; made: ReturnType<typeof fixture> }> => {
  const made = fixture(behaviour);
  return { made, stream: await (await made.open()).stream("a") };
};
const failure = async (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const names = (table: Table) => table.schema.fields.map(({ name }) => name);
const column = (table: Table, name: string) => [...(table.getChild(name) ?? [])];
const times = (table: Table) => table.batches.flatMap((batch) => [...timesOf(batch)]);

/** A store that computes windows of the fixture's rows. */
function store(widths: Windows["widths"], statistics: readonly Statistic[], total = 1000) {
  const asked: { width: bigint; statistics: readonly Statistic[]; start: bigint; end: bigint }[] = [];
  const windows: Windows = {
    widths,
    statistics,
    read(query) {
      asked.push({ width: query.width, statistics: query.statistics, ...query.range });
      async function* all(): AsyncGenerator<RecordBatch> {
        yield rows(0, total);
      }
      const inside = async function* () {
        for await (const batch of all()) {
          const from = timesOf(batch).findIndex((time) => time >= query.range.start);
          const to = timesOf(batch).findLastIndex((time) => time < query.range.end) + 1;
          if (from >= 0 && to > from) yield batch.slice(from, to);
        }
      };
      return windowBatches(inside(), { ...query, schema: projectSchema(schema, query.columns) });
    },
  };
  return { windows, asked };
}

describe("windows", () => {
  test("are whole, from the epoch, of the usual statistics, made here where the store has none", async () => {
    const { stream, made } = await first();
    const width = 10n * step;
    const table = await stream.windows({ start: origin + step, end: origin + 2n * step, width, columns: ["value"] }).table();
    const start = origin - (origin % width);
    expect([names(table), times(table)]).toEqual([["time", "min_value", "mean_value", "max_value", "count_value"], [start]]);
    expect(made.log.reads.at(-1)?.range).toEqual({ start, end: start + width });
    expect(provenance(table.schema)).toEqual({ method: "windows", by: "local", exact: true, width });
  });

  test("cover the extent where bounds are left open", async () => {
    const { stream } = await first();
    const table = await stream.windows({ width: "100ms", statistics: ["sum"] }).table();
    expect(column(table, "count_value").reduce((a, b) => a + Number(b), 0)).toBe(1000);
    expect(column(table, "sum_other").reduce((a, b) => a + Number(b), 0)).toBe(-499_500);
    const half = await stream.windows({ start: origin + 500n * step, width: "100ms" }).table();
    expect(half.numRows).toBeLessThan(table.numRows);
  });

  test("come from the store where it serves just these", async () => {
    const { windows, asked } = store("any", ["min", "max", "mean", "count"]);
    const { stream, made } = await first({ stream: { windows } });
    const table = await stream.windows({ width: "100ms", columns: ["value"] }).table();
    expect(asked).toMatchObject([{ width: 100_000_000n, statistics: ["min", "mean", "max", "count"] }]);
    expect([made.log.reads.length, provenance(table.schema)?.by]).toEqual([0, "store"]);
    const local = await (await first()).stream.windows({ width: "100ms", columns: ["value"] }).table();
    expect([times(table), column(table, "mean_value")]).toEqual([times(local), column(local, "mean_value")]);
  });

  test("are merged here from the store's finer ones, and equal those of the rows", async () => {
    const { windows, asked } = store("power-of-two", ["min", "max", "mean", "count", "stddev"]);
    const { stream, made } = await first({ stream: { windows } });
    const width = 3n * 2n ** 24n;
    const statistics = ["min", "stddev", "mean"] as const;
    const merged = await stream.windows({ width, statistics, columns: ["value"] }).table();
    expect([asked[0]?.width, made.log.reads.length]).toEqual([2n ** 24n, 0]);
    const local = await (await first()).stream.windows({ width, statistics, columns: ["value"] }).table();
    expect([times(merged), names(merged)]).toEqual([times(local), names(local)]);
    const deviations = column(local, "stddev_value");
    for (const [row, value] of column(merged, "stddev_value").entries()) expect(value).toBeCloseTo(deviations[row] ?? Number.NaN, 9);
  });

  test("are made here where the store lacks a statistic, or only its rows are as fine", async () => {
    const { windows, asked } = store("power-of-two", ["min", "max", "mean", "count"]);
    const { stream } = await first({ stream: { windows } });
    for (const options of [
      { width: 2n ** 24n, statistics: ["median"] },
      { width: 1_000_001n, statistics: ["min"] },
    ] as const) {
      expect(provenance((await stream.windows(options).table()).schema)?.by).toBe("local");
    }
    expect(asked).toEqual([]);
  });

  test("of nothing are an empty table with the columns", async () => {
    const { stream } = await first({ rows: 0 });
    const table = await stream.windows({ width: "1s", columns: ["value"] }).table();
    expect([table.numRows, names(table)]).toEqual([0, ["time", "min_value", "mean_value", "max_value", "count_value"]]);
  });

  test("refuse a width of nothing and a level", async () => {
    const { stream } = await first();
    expect(isSondeError(await failure(stream.windows({ width: 0n }).table()), "options")).toBe(true);
    expect(isSondeError(await failure(stream.windows({ width: 1n, level: 2 }).table()), "unsupported")).toBe(true);
  });
});

describe("view", () => {
  test("gives rows when they are few, else about as many windows as points", async () => {
    const { stream } = await first();
    const raw = await stream.view({ points: 600 }).table();
    expect([raw.numRows, provenance(raw.schema)?.method]).toEqual([1000, "raw"]);
    const coarse = await stream.view({ points: 50 }).table();
    expect(provenance(coarse.schema)).toMatchObject({ method: "windows", by: "local", exact: true });
    expect(coarse.numRows).toBeGreaterThanOrEqual(50);
    expect(coarse.numRows).toBeLessThanOrEqual(102);
    const zoomed = await stream.view({ points: 50, start: origin, end: origin + 20n * step }).table();
    expect([zoomed.numRows, provenance(zoomed.schema)?.method]).toEqual([20, "raw"]);
  });

  test("takes the store's overview rather than reading everything", async () => {
    const levels: number[] = [];
    const overview = {
      async *read({ level }: { level: number }) {
        levels.push(level);
        yield rows(0, 10);
      },
    };
    const { stream, made } = await first({ stream: { overview } });
    const table = await stream.view({ points: 50 }).table();
    expect([levels, made.log.reads.length, provenance(table.schema)]).toEqual([[4], 0, { method: "overview", by: "store", exact: false }]);
  });
});

describe("join", () => {
  test("names columns by collection and stream, and pairs rows by time", async () => {
    const made = fixture({ rows: 3 });
    const source = await made.open();
    const [a, b, c] = await Promise.all(["a", "b", "c"].map((id) => source.stream(id)));
    if (!a || !b || !c) throw new Error("three streams");
    const table = await join([{ ...a, collection: "NW" } as Stream, b, c], { columns: ["value"] }).table();
    expect(names(table)).toEqual(["time", "NW/alpha", "twin#b", "twin#c"]);
    expect([table.numRows, column(table, "NW/alpha")]).toEqual([3, [0, 1, 2]]);
    const wide = await join([a, b]).table();
    expect(names(wide)).toEqual(["time", "alpha/value", "alpha/other", "twin/value", "twin/other"]);
  });
});
