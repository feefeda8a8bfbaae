import {
  batchOf,
  type Call,
  type ColumnInput,
  coalesceBatches,
  fieldInfo,
  fieldOf,
  type RecordBatch,
  type Schema,
  type Statistic,
  schemaOf,
  sondeError,
  type WindowQuery,
  type Windows,
  windowBatches,
  windowSchema,
} from "@sonde/core/connector";
import type { InfluxCell, InfluxSeries } from "./answer.js";
import { toldRows } from "./counted.js";
import type { InfluxContext } from "./driver.js";
import { identifier, measurement, timeConditions, where } from "./influxql.js";
import { readSelect, selectOf } from "./select.js";

/**
 * InfluxQL's functions that are the contract's statistics: over whole windows counted from the epoch, without missing values, stddev the
 * sample's, the median of an even number the middle of two. A sum is left to the rows: of integers it would wrap around at 64 bits.
 */
const functions = { min: "min", max: "max", mean: "mean", stddev: "stddev", median: "median", count: "count" } as const;
const statistics = Object.keys(functions) as readonly (keyof typeof functions)[];
type Served = (typeof statistics)[number];

type Output = { readonly name: string; readonly statistic: Served; readonly exact: boolean };

/** Windows by GROUP BY time. */
export function windowsOf({ session, ...context }: InfluxContext, name: string): Windows {
  return {
    statistics,
    widths: "any",
    read: (query, call) => toldRows(coalesceBatches(pieces(query, call)), call),
  };

  async function* pieces(query: WindowQuery, call: Call): AsyncGenerator<RecordBatch> {
    call.signal.throwIfAborted();
    const { width, range } = query;
    const topic = await context.topic(name, call);
    const { schema: rows } = selectOf(session.place, topic, {});
    const whole = windowSchema({ schema: rows, width, statistics: query.statistics.map(served), columns: query.columns });
    const schema = withAsked(whole, query.statistics);
    const outputs = schema.fields.slice(1).map((field): Output & { readonly of: string } => {
      const { statistic, of } = fieldInfo(field);
      const exact = String(field.type) === "Int64" || String(field.type) === "Uint64";
      return { name: field.name, statistic: served(statistic), of: of ?? "", exact };
    });
    const conditions = timeConditions(range);
    if (conditions === undefined) return;
    if (outputs.some(({ of }) => of === "")) {
      // A topic without numbers has rows to count, which no function of InfluxQL does.
      const select = selectOf(session.place, topic, { range, columns: query.columns });
      yield* windowBatches(readSelect(session.transport, select, call), { schema: select.schema, width, statistics: query.statistics });
      return;
    }
    const list = outputs.map(({ statistic, of }) => `${functions[statistic]}(${identifier(of)}::field)`).join(", ");
    const from = `${measurement(session.place, name)}${where(conditions)}`;
    const influxql = `SELECT ${list} FROM ${from} GROUP BY time(${width}ns) fill(none)`;
    for await (const series of session.transport.series(influxql, { ...call, what: `windows of '${name}'`, key: name })) {
      if (series.rows.length > 0) yield windowBatch(series, schema, outputs, name);
    }
  }
}

/** Without the counts, which core's schema always has, where they were not asked for. */
function withAsked(schema: Schema, asked: readonly Statistic[]): Schema {
  if (asked.includes("count")) return schema;
  const fields = schema.fields.filter((field) => fieldInfo(field).statistic !== "count" || fieldInfo(field).of === undefined);
  const uncounted = fields.map((field) => {
    const { count: _, ...info } = fieldInfo(field);
    return fieldOf(field.name, field.type, info, field.nullable);
  });
  return schemaOf(uncounted, schema.metadata);
}

function served(statistic: Statistic | undefined): Served {
  const found = statistics.find((one) => one === statistic);
  if (found !== undefined) return found;
  throw sondeError("unsupported", `the database gives no ${statistic} of windows: there are ${statistics.join(", ")}`, {
    what: String(statistic),
  });
}

function windowBatch(series: InfluxSeries, schema: Schema, outputs: readonly Output[], topic: string): RecordBatch {
  const { rows } = series;
  if (series.columns.length !== outputs.length + 1) {
    throw sondeError("format", `the windows of '${topic}' have the columns ${series.columns.join(", ")}, others were asked for`, {
      key: topic,
    });
  }
  const columns: { [name: string]: ColumnInput } = Object.create(null);
  columns.time = BigInt64Array.from(rows, (row) => whole(row[0], topic));
  for (const [index, { name, statistic, exact }] of outputs.entries()) {
    const cell = (row: readonly InfluxCell[]) => row[index + 1] ?? null;
    // Where no other field has a value either, the window is not there.
    if (statistic === "count") columns[name] = BigInt64Array.from(rows, (row) => whole(cell(row) ?? 0, topic));
    else columns[name] = rows.map((row) => (cell(row) === null ? null : exact ? whole(cell(row), topic) : Number(cell(row))));
  }
  return batchOf(schema, columns);
}

function whole(cell: InfluxCell | undefined, topic: string): bigint {
  if (typeof cell === "bigint" || (typeof cell === "number" && Number.isSafeInteger(cell))) return BigInt(cell);
  throw sondeError("format", `a window of '${topic}' holds ${typeof cell} where a whole number was expected`, { key: topic });
}
