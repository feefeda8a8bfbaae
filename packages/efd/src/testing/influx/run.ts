import { sondeError } from "@sonde/core";
import type { Condition, Item, Source, Statement } from "./influxql-parse.js";
import type { FieldValue, Point } from "./line-protocol.js";
import { type Measurement, pointsOf, tagKeys, type World } from "./world.js";

export type Cell = FieldValue | null;
/** The one series of an answer; undefined is an empty answer. */
export type Series = { readonly name?: string; readonly columns: readonly string[]; readonly rows: readonly (readonly Cell[])[] };

/** Answers a statement as InfluxDB 1.6 does; throws `not-found` in its words. */
export function runStatement(world: World, statement: Statement, given: string | undefined): Series | undefined {
  if (statement.kind === "select") return select(world, statement, given);
  const { what, source } = statement;
  const database = statement.database ?? source?.database ?? given ?? "";
  if (what === "DATABASES") return { name: "databases", columns: ["name"], rows: [...world.databases.keys()].map((name) => [name]) };
  const measurements = world.databases.get(database);
  if (what === "RETENTION POLICIES") {
    if (measurements === undefined) throw noDatabase(database);
    return { columns: ["name", "duration", "shardGroupDuration", "replicaN", "default"], rows: [["autogen", "0s", "168h0m0s", 1, true]] };
  }
  if (what === "MEASUREMENTS") {
    if (measurements === undefined || measurements.size === 0) return undefined;
    return { name: "measurements", columns: ["name"], rows: [...measurements.keys()].sort().map((name) => [name]) };
  }
  const name = source?.measurement ?? "";
  const measurement = measurements?.get(name);
  if (measurement === undefined) return undefined;
  if (what === "FIELD KEYS")
    return { name, columns: ["fieldKey", "fieldType"], rows: [...measurement.types].sort(([a], [b]) => (a < b ? -1 : 1)) };
  if (what === "TAG KEYS") {
    const keys = tagKeys(measurement);
    return keys.length === 0 ? undefined : { name, columns: ["tagKey"], rows: keys.map((key) => [key]) };
  }
  throw sondeError("options", `error parsing query: found ${what}, expected DATABASES, MEASUREMENTS at line 1, char 6`, {});
}

function select(world: World, statement: Statement & { readonly kind: "select" }, given: string | undefined): Series | undefined {
  const { source, conditions, width, descending, limit } = statement;
  const measurement = measurementOf(world, source, given);
  if (measurement === undefined) return undefined;
  const tags = tagKeys(measurement);
  const names = [...measurement.types.keys(), ...tags].sort();
  const items = statement.items.flatMap((item): readonly Item[] => (item.name === "*" ? names.map((name) => ({ ...item, name })) : [item]));
  const points = pointsOf(measurement).filter((point) => conditions.every((condition) => holds(condition, point)));
  const columns = ["time", ...items.map((item) => item.function ?? item.name)];
  const fields = items.filter(({ name }) => measurement.types.has(name));
  let rows: (readonly Cell[])[] = [];
  if (width === undefined) {
    const shown = points.filter((point) => fields.some(({ name }) => point.fields.has(name)));
    rows = shown.map((point) => [point.time, ...items.map(({ name }) => point.fields.get(name) ?? point.tags.get(name) ?? null)]);
  } else {
    for (const [start, members] of grouped(points, width)) {
      const cells = items.map((item) => aggregated(item, members));
      if (cells.some((cell) => cell !== null)) rows.push([start, ...cells]);
    }
  }
  if (descending) rows.reverse();
  rows = rows.slice(0, limit);
  return rows.length === 0 ? undefined : { name: source.measurement, columns, rows };
}

function measurementOf(world: World, { database, measurement }: Source, given: string | undefined): Measurement | undefined {
  const name = database ?? given ?? "";
  const measurements = world.databases.get(name);
  if (measurements === undefined) throw noDatabase(name);
  return measurements.get(measurement);
}

function holds({ name, operator, value }: Condition, point: Point): boolean {
  const cell = name === "time" ? point.time : (point.fields.get(name) ?? point.tags.get(name));
  if (operator === "=" && (typeof cell === "string" || typeof cell === "boolean")) return cell === value;
  if (typeof cell !== "number" && typeof cell !== "bigint") return false;
  if (typeof value === "string") return false;
  // A number and a bigint compare by their values.
  if (operator === "=") return !(cell < value) && !(cell > value);
  if (operator === ">=") return cell >= value;
  if (operator === "<=") return cell <= value;
  return operator === "<" ? cell < value : cell > value;
}

function grouped(points: readonly Point[], width: bigint): ReadonlyMap<bigint, readonly Point[]> {
  const groups = new Map<bigint, Point[]>();
  for (const point of points) {
    const rest = point.time % width;
    const start = point.time - (rest < 0n ? rest + width : rest);
    const members = groups.get(start);
    if (members === undefined) groups.set(start, [point]);
    else members.push(point);
  }
  return groups;
}

function aggregated(item: Item, points: readonly Point[]): Cell {
  const cells = points.map(({ fields }) => fields.get(item.name)).filter((cell) => typeof cell === "number" || typeof cell === "bigint");
  if (cells.length === 0) return null;
  if (item.function === "count") return BigInt(cells.length);
  const sorted = [...cells].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  if (item.function === "min") return sorted[0] ?? null;
  if (item.function === "max") return sorted.at(-1) ?? null;
  const numbers = sorted.map(Number);
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  if (item.function === "mean") return mean;
  if (item.function === "median") return ((numbers[(numbers.length - 1) >> 1] ?? 0) + (numbers[numbers.length >> 1] ?? 0)) / 2;
  if (item.function === "stddev") {
    if (numbers.length === 1) return null;
    return Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (numbers.length - 1));
  }
  throw sondeError("options", `undefined function ${item.function}()`, {});
}

function noDatabase(name: string) {
  return sondeError("not-found", `database not found: ${name}`, { id: name });
}
