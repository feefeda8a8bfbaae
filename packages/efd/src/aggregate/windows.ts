import { formatNanos } from "@sonde/core";
import { sondeError } from "@sonde/core/bytes";
import { statisticsOf } from "./aggregate.js";
import { type AggregateRowsOptions, isNumber, type MessageRow, planOf, type WindowPlan } from "./window-options.js";

/** One window: `<operation>_<field>` for each field and operation, in that order, after these three. */
export type AggregatedRow = {
  /** The middle of the window, in nanoseconds UTC. */
  readonly time: bigint;
  /** In seconds, as the record has it. */
  readonly window_size: number;
  /** Messages in the window. */
  readonly count: number;
  readonly [statistic: string]: number | bigint;
};

/**
 * Tumbling windows over messages, as the observatory's aggregator makes them: one object a window, in time order; empty windows give none.
 * Rows should come in order of time: one that is later than `windowExpires` finds its window closed and is told to `onLate`. Memory: the
 * messages of the windows that are open. Rejects `unsupported` for a row in which a field is no number.
 *
 * @example
 * ```ts
 * for await (const window of aggregateRows(topic.rows({ last: "1h" }), { windowSize: "10s", operations: ["min", "mean", "max"] })) {
 *   console.log(window.time, window.count, window.mean_value0);
 * }
 * ```
 */
export function aggregateRows(rows: Iterable<MessageRow>, options?: AggregateRowsOptions): Generator<AggregatedRow, void, undefined>;
export function aggregateRows(
  rows: AsyncIterable<MessageRow>,
  options?: AggregateRowsOptions,
): AsyncGenerator<AggregatedRow, void, undefined>;
export function aggregateRows(
  rows: Iterable<MessageRow> | AsyncIterable<MessageRow>,
  options: AggregateRowsOptions = {},
): Generator<AggregatedRow, void, undefined> | AsyncGenerator<AggregatedRow, void, undefined> {
  const windows = createWindows(planOf(options));
  return Symbol.asyncIterator in rows ? ofAsync(rows, windows) : ofSync(rows, windows);
}

function* ofSync(rows: Iterable<MessageRow>, windows: Windows): Generator<AggregatedRow, void, undefined> {
  for (const row of rows) yield* windows.add(row);
  yield* windows.end();
}

async function* ofAsync(rows: AsyncIterable<MessageRow>, windows: Windows): AsyncGenerator<AggregatedRow, void, undefined> {
  for await (const row of rows) yield* windows.add(row);
  yield* windows.end();
}

type Windows = {
  /** The windows that the row closes. */
  add(row: MessageRow): readonly AggregatedRow[];
  end(): readonly AggregatedRow[];
};
/** The values of each field, in order of arrival. */
type OpenWindow = { count: number; readonly values: (number | bigint)[][] };

const none: readonly AggregatedRow[] = [];

function createWindows(plan: WindowPlan): Windows {
  const { size, expires } = plan;
  const open = new Map<bigint, OpenWindow>();
  let columns: readonly FieldColumns[] | undefined;
  /** Windows that end here or before are closed. */
  let horizon: bigint | undefined;

  /** In order of time, though late rows may have opened them in another. */
  const close = (starts: bigint[]) =>
    starts
      .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
      .map((start) => {
        const closed = closeWindow(plan, columns ?? [], start, open.get(start));
        open.delete(start);
        return closed;
      });

  return {
    add(row) {
      const { time } = row;
      columns ??= plan.fieldsOf(row).map((field) => ({ field, names: plan.operations.map((operation) => `${operation}_${field}`) }));
      const start = floorTo(time, size);
      if (horizon !== undefined && start + size <= horizon) {
        plan.onLate(row);
        return none;
      }
      // All or none of the row.
      for (let index = 0; index < columns.length; index++) numberOf(row, columns[index]?.field ?? "");
      let window = open.get(start);
      if (window === undefined) open.set(start, (window = { count: 0, values: columns.map(() => []) }));
      for (let index = 0; index < columns.length; index++) window.values[index]?.push(numberOf(row, columns[index]?.field ?? ""));
      window.count++;
      const reached = floorTo(time - expires, size);
      if (horizon !== undefined && reached <= horizon) return none;
      horizon = reached;
      return close([...open.keys()].filter((one) => one + size <= reached));
    },
    end: () => close([...open.keys()]),
  };
}

type FieldColumns = { readonly field: string; readonly names: readonly string[] };

function closeWindow(plan: WindowPlan, columns: readonly FieldColumns[], start: bigint, window: OpenWindow | undefined): AggregatedRow {
  const row: { time: bigint; window_size: number; count: number; [statistic: string]: number | bigint } = {
    time: start + plan.size / 2n,
    window_size: Number(plan.size) / 1e9,
    count: window?.count ?? 0,
  };
  for (const [index, { names }] of columns.entries()) {
    const found = statisticsOf(window?.values[index] ?? [], plan);
    // A statistic for each operation. No name can be `__proto__`: each begins with an operation.
    for (const [place, name] of names.entries()) row[name] = found[place] as number;
  }
  return row;
}

function numberOf(row: MessageRow, field: string): number | bigint {
  const value = row[field];
  if (isNumber(value)) return value;
  throw sondeError(
    "unsupported",
    `field '${field}' is no number in the row at ${formatNanos(row.time)}: name the fields to aggregate without it`,
    { what: field },
  );
}

function floorTo(time: bigint, size: bigint): bigint {
  const rest = time % size;
  return rest < 0n ? time - rest - size : time - rest;
}
