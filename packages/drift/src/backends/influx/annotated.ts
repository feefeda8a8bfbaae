import type { FluxTableMetaData, Row } from "@influxdata/influxdb-client";
import { isSondeError, type Nanos, sondeError, toNanos } from "@sonde/core";
import type { MetricType } from "../types.js";

/** The columns of Flux's own; what else a row has are tags. */
const OWN = new Set(["result", "table", "_time", "_value", "_field", "_measurement", "_start", "_stop"]);

/** One value of a field, as its text. */
export interface Cell {
  /** Name of the query that it answers: `yield(name: …)`. */
  readonly result: string;
  readonly time: Nanos;
  readonly field: string;
  readonly type: MetricType;
  /** Null for an empty one, which annotated CSV does not tell from empty text. */
  readonly text: string | null;
  /** Names and values of the row's tags; the same object for rows whose tags are the same. */
  readonly tags: ReadonlyMap<string, string>;
}

/** Reads the rows of one answer. Source: InfluxDB OSS v2, "Annotated CSV". */
export interface RowReader {
  cell(row: Row): Cell;
  time(row: Row): Nanos;
  /** A column's text: its default where the cell is empty. */
  text(row: Row, column: string): string;
}

type Shape = {
  readonly indexOf: ReadonlyMap<string, { readonly index: number; readonly fallback: string; readonly type: string }>;
  readonly tags: readonly string[];
};

/** `key` names the answer in errors. Rejects `format` for rows that are none, and what the server says went wrong half way. */
export function rowReader(key: string): RowReader {
  const shapes = new WeakMap<FluxTableMetaData, Shape>();
  const tagSets = new Map<string, ReadonlyMap<string, string>>();
  let lastTime = "";
  let lastNanos = 0n;

  const shapeOf = (meta: FluxTableMetaData): Shape => {
    const known = shapes.get(meta);
    if (known !== undefined) return known;
    const shape = {
      indexOf: new Map(
        meta.columns.map((column, index) => [column.label, { index, fallback: column.defaultValue, type: column.dataType }]),
      ),
      tags: meta.columns.map(({ label }) => label).filter((label) => !OWN.has(label)),
    };
    shapes.set(meta, shape);
    return shape;
  };
  const textOf = (row: Row, column: string): string => {
    const place = shapeOf(row.tableMeta).indexOf.get(column);
    if (place !== undefined) return row.values[place.index] || place.fallback;
    refuseErrors(row, key);
    throw sondeError("format", `${key}: an answer has no column ${column}: is it InfluxDB 2?`, { key });
  };
  const tagsOf = (row: Row): ReadonlyMap<string, string> => {
    const names = shapeOf(row.tableMeta).tags;
    if (names.length === 0) return noTags;
    const pairs = names.map((name): [string, string] => [name, textOf(row, name)]).filter(([, value]) => value !== "");
    const set = JSON.stringify(pairs);
    const known = tagSets.get(set) ?? new Map(pairs);
    tagSets.set(set, known);
    return known;
  };
  const timeOf = (row: Row): Nanos => {
    const text = textOf(row, "_time");
    if (text === lastTime) return lastNanos;
    lastTime = text;
    lastNanos = parsedTime(text, key);
    return lastNanos;
  };

  return {
    text: textOf,
    time: timeOf,
    cell(row) {
      const time = timeOf(row);
      const field = textOf(row, "_field");
      const text = textOf(row, "_value");
      const type = typeOf(shapeOf(row.tableMeta).indexOf.get("_value")?.type ?? "");
      const result = shapeOf(row.tableMeta).indexOf.has("result") ? textOf(row, "result") : "";
      return { result, time, field, type, text: text === "" ? null : text, tags: tagsOf(row) };
    },
  };
}

const noTags: ReadonlyMap<string, string> = new Map();

/** How a column's datatype is kept; what Flux has beyond numbers, truth and text is kept as its text. */
export function typeOf(datatype: string): MetricType {
  switch (datatype) {
    case "double":
      return "float64";
    case "long":
      return "int64";
    case "unsignedLong":
      return "uint64";
    case "boolean":
      return "bool";
    default:
      return "utf8";
  }
}

export function parsedTime(text: string, key: string): Nanos {
  try {
    return toNanos(text);
  } catch (error) {
    if (!isSondeError(error)) throw error;
    throw sondeError("format", `${key}: ${JSON.stringify(text.slice(0, 64))} is not a time: is it InfluxDB 2?`, { key, cause: error });
  }
}

/** A query that fails half way ends in a table of columns `error` and `reference`, with status 200. */
function refuseErrors(row: Row, key: string): void {
  const at = row.tableMeta.columns.findIndex(({ label }) => label === "error");
  if (at < 0) return;
  const said = (row.values[at] ?? "").replace(/[\p{Cc}\s]+/gu, " ").slice(0, 300);
  if (/not find bucket|bucket .* not found/i.test(said)) throw sondeError("not-found", `${key}: ${said}`, { id: key });
  throw sondeError("connection", `${key} failed half way: ${said}: ask for less at a time`, { target: key, retryable: false });
}
