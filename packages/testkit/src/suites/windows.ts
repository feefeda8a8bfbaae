import { fieldInfo, type Nanos, type TimeRange, type Windows } from "@sonde/core/connector";
import { bruteForce, close, floorTo, quantitiesOf, toleranceOf, wholeWindows, windowsOf } from "../brute-force.js";
import type { Context } from "../context.js";
import { ensure, show } from "../ensure.js";
import { type Rows, readRows } from "../rows.js";
import { type Applies, allOf, streamHas, suite } from "../rule.js";

const statistics: readonly string[] = ["min", "max", "mean", "stddev", "count", "sum", "median"];

interface Case {
  readonly width: Nanos;
  readonly range: TimeRange;
  readonly rows: Rows;
  readonly got: Rows;
  readonly fields: readonly (ReturnType<typeof fieldInfo> & { readonly name: string })[];
}

/** The widths to try: the fixture's, or two that the store serves, of some 16 and some 4 windows. */
function widthsOf({ widths }: Windows, span: Nanos): readonly Nanos[] {
  const wished = [span / 16n + 1n, span / 4n + 1n];
  if (widths === "any") return wished;
  if (widths === "power-of-two") return wished.map((width) => 2n ** BigInt(width.toString(2).length - 1));
  const fitting = widths.filter((width) => span / width < 100_000n);
  return (fitting.length === 0 ? widths : fitting).slice(0, 3);
}

/** Windows of columns that are statistics already are core's to merge: there are no rows here to compare them with. */
const hasQuantities: Applies = async (context) => {
  const { stream } = await context.openFor("windows");
  const { schema } = await stream.describe(context.call());
  return quantitiesOf(schema).length > 0 || "the stream has no columns of plain numbers: name another by `windows.stream`";
};

/** Every column and statistic over whole windows, beside the rows that they hold. */
async function* cases(context: Context): AsyncGenerator<Case> {
  const { stream, range: given } = await context.openFor("windows");
  const { schema } = await stream.describe(context.call());
  const { windows } = stream;
  const all = await context.rows(stream.id, given);
  const [first, last] = [all.times[0], all.times.at(-1)];
  ensure(windows && first !== undefined && last !== undefined, "the stream for windows has no rows");
  const inner = given ?? { start: first, end: last + 1n };
  for (const width of context.fixture.windows?.widths ?? widthsOf(windows, inner.end - inner.start)) {
    const range = wholeWindows(inner, width);
    const rows = given === undefined ? all : await readRows(stream.read({ range }, context.call()));
    const columns = quantitiesOf(schema).map(({ name }) => name);
    const got = await readRows(windows.read({ range, width, columns, statistics: windows.statistics }, context.call()));
    const fields = (got.batches[0]?.schema.fields ?? []).map((field) => ({ ...fieldInfo(field), name: field.name }));
    yield { width, range, rows, got, fields };
  }
}

export const windows = suite(
  "windows",
  {
    "declares known statistics and widths": async (context) => {
      const { windows } = (await context.openFor("windows")).stream;
      if (windows === undefined) return;
      ensure(windows.statistics.length > 0, "no statistics: leave `windows` out");
      for (const statistic of windows.statistics) ensure(statistics.includes(statistic), `'${statistic}' is no statistic`);
      ensure(new Set(windows.statistics).size === windows.statistics.length, "a statistic is declared twice");
      if (typeof windows.widths === "string") ensure(["any", "power-of-two"].includes(windows.widths), `widths is '${windows.widths}'`);
      else
        ensure(
          windows.widths.length > 0 && windows.widths.every((width) => typeof width === "bigint" && width > 0n),
          "widths are bigint nanoseconds above 0",
        );
    },
    "stand at multiples of their width, in the range, ascending": async (context) => {
      for await (const { width, range, got } of cases(context)) {
        let before: Nanos | undefined;
        for (const time of got.times) {
          ensure(floorTo(time, width) === time, `a window starts at ${time}, which is no multiple of ${width}`);
          ensure(time >= range.start && time + width <= range.end, `a window at ${time} lies outside [${range.start}, ${range.end})`);
          ensure(before === undefined || before < time, `the window at ${time} comes after ${before}`);
          before = time;
        }
      }
    },
    "leave out empty ones, and no other": async (context) => {
      for await (const { width, rows, got } of cases(context)) {
        const wanted = windowsOf(rows, width);
        const empty = got.times.find((time) => !wanted.has(time));
        ensure(empty === undefined, `the window of ${width} ns at ${empty} has no rows: leave it out`);
        const given = new Set(got.times);
        const missing = [...wanted.keys()].find((time) => !given.has(time));
        ensure(missing === undefined, `the window of ${width} ns at ${missing} holds rows, but is missing`);
      }
    },
    "come as batches that are never empty, `time` first": async (context) => {
      for await (const { got } of cases(context)) {
        for (const batch of got.batches) {
          ensure(batch.numRows > 0, "a batch of windows has no rows");
          ensure(batch.schema.fields[0]?.name === "time", "the first column is not 'time'");
        }
      }
    },
    "give just the statistics asked for, by name and metadata": async (context) => {
      const { stream, range } = await context.openFor("windows");
      const { windows } = stream;
      const { schema } = await stream.describe(context.call());
      const [quantity] = quantitiesOf(schema);
      const { times } = await context.rows(stream.id, range);
      const [first] = times;
      if (windows === undefined || quantity === undefined || first === undefined) return;
      for (const statistic of windows.statistics) {
        const [width = 1n] = context.fixture.windows?.widths ?? widthsOf(windows, (times.at(-1) ?? first) - first);
        const whole = wholeWindows({ start: first, end: first + 1n }, width);
        const got = await readRows(
          windows.read({ range: whole, width, columns: [quantity.name], statistics: [statistic] }, context.call()),
        );
        const names = [...got.columns.keys()].join(", ");
        ensure(names === `time, ${statistic}_${quantity.name}`, `asked for ${statistic} of '${quantity.name}', got ${names}`);
        const info = fieldInfo(got.batches[0]?.schema.fields[1] ?? quantity);
        ensure(
          info.statistic === statistic && info.of === quantity.name,
          `'${statistic}_${quantity.name}' lacks fieldOf's { statistic, of }`,
        );
      }
    },
    "equal what one computes from the rows": async (context) => {
      const { stream } = await context.openFor("windows");
      const { schema } = await stream.describe(context.call());
      for await (const { width, rows, got, fields } of cases(context)) {
        const members = windowsOf(rows, width);
        for (const { name, statistic, of } of fields) {
          if (statistic === undefined || of === undefined) continue;
          const quantity = schema.fields.find((field) => field.name === of);
          const cells = rows.columns.get(of);
          if (quantity === undefined || cells === undefined) continue;
          const info = fieldInfo(quantity);
          for (const [index, time] of got.times.entries()) {
            const inside = (members.get(time) ?? []).map((row) => cells[row]);
            // What a store does with NaN is its own affair.
            if (inside.some(Number.isNaN)) continue;
            const wanted = bruteForce(statistic, inside, info);
            const value = got.columns.get(name)?.[index];
            ensure(close(value, wanted, toleranceOf(statistic, inside, info)), () => {
              const hint = statistic === "stddev" ? " (the sample's deviation: n - 1, null for one row)" : "";
              return `${name} of the window of ${width} ns at ${time} is ${show(value)}, its ${inside.length} rows give ${wanted}${hint}`;
            });
          }
        }
      }
    },
  },
  allOf(streamHas("windows"), hasQuantities),
);
