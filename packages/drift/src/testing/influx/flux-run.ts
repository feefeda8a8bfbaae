import { toNanos, toSpan } from "@sonde/core";
import type { Argument, FluxCall, Pipeline } from "./flux-parser.js";

/** A value as a field of InfluxDB keeps it: a float, an integer, an unsigned integer (by its marker), truth or text. */
export type FieldValue = number | bigint | boolean | string | { readonly unsigned: bigint };
export type FluxRow = { readonly [column: string]: unknown };
export interface FluxTable {
  /** The columns whose values are the same in all rows, by which tables are told apart. */
  readonly group: readonly string[];
  readonly rows: readonly FluxRow[];
}
export interface FluxResult {
  readonly name: string;
  readonly tables: readonly FluxTable[];
}
/** What is stored, one series for each measurement, field and set of tags. */
export interface FluxStore {
  readonly bucket: string;
  readonly series: readonly {
    readonly measurement: string;
    readonly field: string;
    readonly tags: { readonly [name: string]: string };
    readonly points: readonly { readonly time: bigint; readonly value: FieldValue }[];
  }[];
}

/** Runs a pipeline over what is stored; throws what InfluxDB would say. */
export function runPipeline(pipeline: Pipeline, store: FluxStore, now: bigint): FluxResult {
  let name = "_result";
  let tables: readonly FluxTable[] = [];
  for (const call of pipeline) {
    if (call.name === "yield") name = textOf(call, "name") ?? name;
    else tables = step(tables, call, store, now);
  }
  return { name, tables };
}

function step(tables: readonly FluxTable[], call: FluxCall, store: FluxStore, now: bigint): readonly FluxTable[] {
  switch (call.name) {
    case "from":
      checkBucket(call, store);
      return store.series.map(({ measurement, field, tags, points }) => ({
        group: ["_measurement", "_field", ...Object.keys(tags)],
        rows: points.map(({ time, value }) => ({ _time: time, _value: value, _field: field, _measurement: measurement, ...tags })),
      }));
    case "buckets":
      return [{ group: [], rows: [{ name: store.bucket, id: "0000000000000001", retentionPeriod: 0n }] }];
    case "schema.measurements": {
      checkBucket(call, store);
      const start = timeOf(call.arguments.get("start"), now) ?? now - toSpan("30d");
      const within = store.series.filter(({ points }) => points.some(({ time }) => time >= start && time < now));
      return [{ group: [], rows: [...new Set(within.map(({ measurement }) => measurement))].sort().map((value) => ({ _value: value })) }];
    }
    case "range": {
      const start = timeOf(call.arguments.get("start"), now) ?? 0n;
      const stop = timeOf(call.arguments.get("stop"), now) ?? now;
      if (start >= stop) throw new Error("cannot query an empty range");
      return kept(
        tables,
        ({ _time: time }) => typeof time === "bigint" && time >= start && time < stop,
        (row) => ({
          ...row,
          _start: start,
          _stop: stop,
        }),
        ["_start", "_stop"],
      );
    }
    case "filter": {
      const test = call.arguments.get("fn");
      if (test?.kind !== "predicate") throw new Error("missing required argument fn");
      return kept(tables, test.test);
    }
    case "first":
      return tables.map(({ group, rows }) => ({ group, rows: rows.slice(0, 1) }));
    case "last":
      return tables.map(({ group, rows }) => ({ group, rows: rows.slice(-1) }));
    case "limit": {
      const most = Number(literal(call, "n") ?? 0n);
      return tables.map(({ group, rows }) => ({ group, rows: rows.slice(0, most) }));
    }
    case "keep":
    case "drop": {
      const named = new Set(listOf(call, "columns"));
      const stays = (column: string) => named.has(column) === (call.name === "keep");
      return regrouped(tables.map(({ group, rows }) => ({ group: group.filter(stays), rows: rows.map((row) => only(row, stays)) })));
    }
    case "group":
      return regrouped(tables.map(({ rows }) => ({ group: listOf(call, "columns"), rows })));
    case "distinct": {
      const column = textOf(call, "column") ?? "_value";
      return tables.map(({ group, rows }) => ({
        group,
        rows: [...new Set(rows.map((row) => row[column]))].map((value) => ({ _value: value })),
      }));
    }
    default:
      throw new Error(`undefined identifier ${call.name}`);
  }
}

function kept(
  tables: readonly FluxTable[],
  test: (row: FluxRow) => boolean,
  change: (row: FluxRow) => FluxRow = (row) => row,
  more: readonly string[] = [],
): readonly FluxTable[] {
  const found = tables.map(({ group, rows }) => ({ group: [...more, ...group], rows: rows.filter(test).map(change) }));
  return found.filter(({ rows }) => rows.length > 0);
}

const only = (row: FluxRow, stays: (column: string) => boolean): FluxRow =>
  Object.fromEntries(Object.entries(row).filter(([column]) => stays(column)));

/** Tables whose group columns hold the same become one, their rows one after another; values of another type stay in a table of their own. */
function regrouped(tables: readonly FluxTable[]): readonly FluxTable[] {
  const merged = new Map<string, { readonly group: readonly string[]; readonly rows: FluxRow[] }>();
  for (const { group, rows } of tables) {
    for (const row of rows) {
      const key = JSON.stringify([typeof row._value, ...group.map((column) => [column, String(row[column])])]);
      const table = merged.get(key) ?? { group, rows: [] };
      table.rows.push(row);
      merged.set(key, table);
    }
  }
  return [...merged.values()];
}

function checkBucket(call: FluxCall, { bucket }: FluxStore): void {
  const asked = textOf(call, "bucket");
  if (asked !== bucket) throw new Error(`could not find bucket "${asked}"`);
}

function timeOf(argument: Argument | undefined, now: bigint): bigint | undefined {
  if (argument === undefined) return undefined;
  if (argument.kind === "call" && argument.call.name === "now") return now;
  if (argument.kind !== "literal") throw new Error("not a time");
  // Flux takes whole numbers for seconds since 1970.
  if (typeof argument.value === "bigint") return argument.value * 1_000_000_000n;
  if (argument.of === "time") return toNanos(argument.value);
  return now + (argument.value.startsWith("-") ? -toSpan(argument.value.slice(1)) : toSpan(argument.value));
}

function literal(call: FluxCall, name: string): string | bigint | undefined {
  const argument = call.arguments.get(name);
  return argument?.kind === "literal" ? argument.value : undefined;
}
const textOf = (call: FluxCall, name: string): string | undefined => {
  const value = literal(call, name);
  return value === undefined ? undefined : String(value);
};
function listOf(call: FluxCall, name: string): readonly string[] {
  const argument = call.arguments.get(name);
  return argument?.kind === "list" ? argument.items.flatMap((item) => (item.kind === "literal" ? [String(item.value)] : [])) : [];
}
