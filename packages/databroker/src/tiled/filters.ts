import type { ListQuery } from "../catalog/types.js";
import { isRecord } from "../event-model/own.js";
import { secondsOf } from "../event-model/seconds.js";
import type { Parameters } from "./connection.js";

/** Trees of runs: written by TiledWriter and kept in SQL, or served out of MongoDB's own collections. */
export type Dialect = "sql" | "mongo";

/**
 * The part of a query that the server can answer, as filters. Whatever matches the query passes them; what passes is looked at again, so a
 * condition that Tiled means otherwise than MongoDB does is left out or loosened rather than changing the answer. `known` are the filters
 * that the server has: it ignores others in silence.
 */
export function filtersOf(query: ListQuery, dialect: Dialect, known: ReadonlySet<string>): Parameters {
  const filters: [string, string][] = [];
  const add = (name: string, fields: { readonly [field: string]: string }): void => {
    if (!known.has(name)) return;
    for (const [field, value] of Object.entries(fields)) filters.push([`filter[${name}][condition][${field}]`, value]);
  };
  const { range, uidPrefix, scanId } = query;
  if (range !== undefined) {
    // Floats hold times to about 100 ns: asked a little wider.
    add("comparison", { operator: "ge", key: "start.time", value: floatText(secondsOf(range.start) - 1e-5) });
    add("comparison", { operator: "le", key: "start.time", value: floatText(secondsOf(range.end) + 1e-5) });
  }
  if (uidPrefix !== undefined && dialect === "sql" && !/[%_\\]/.test(uidPrefix)) {
    add("like", { key: "start.uid", pattern: JSON.stringify(`${uidPrefix}%`) });
  }
  // Filters of several pairs are put together by their order, so one of each name and key is enough.
  if (scanId !== undefined) add("eq", { key: "start.scan_id", value: String(scanId) });
  if (query.where !== undefined) for (const [key, condition] of conditionsOf(query.where)) addCondition(key, condition, dialect, add);
  return filters;
}

/** Full text, where the store's own meaning is wanted. */
export function textFilter(text: string | undefined): Parameters {
  return text === undefined ? [] : [["filter[fulltext][condition][text]", text]];
}

type Add = (name: string, fields: { readonly [field: string]: string }) => void;

/** Conditions that all must hold: those of `$and` too, of `$or` and the like none. */
function* conditionsOf(where: Readonly<Record<string, unknown>>): Generator<readonly [key: string, condition: unknown]> {
  for (const [key, condition] of Object.entries(where)) {
    if (key === "$and" && Array.isArray(condition)) {
      for (const part of condition) if (isRecord(part)) yield* conditionsOf(part);
    } else if (/^[A-Za-z_][\w.-]*$/.test(key)) yield [key, condition];
  }
}

/** Single values by the event model: a list in their place can't be what a person looks for. */
const single = new Set(["uid", "time", "scan_id", "num_points"]);

function addCondition(key: string, condition: unknown, dialect: Dialect, add: Add): void {
  const path = `start.${key}`;
  if (isRecord(condition)) {
    const operators = Object.entries(condition);
    if (operators.some(([name]) => !name.startsWith("$"))) return;
    for (const [name, value] of operators) {
      const operator = ({ $gt: "gt", $gte: "ge", $lt: "lt", $lte: "le" } as const)[name];
      if (name === "$eq") addCondition(key, isRecord(value) ? undefined : value, dialect, add);
      else if (operator !== undefined && typeof value === "number" && (dialect === "mongo" || single.has(key))) {
        add("comparison", { operator, key: path, value: key === "time" ? floatText(value) : jsonNumber(value) });
      } else if (name === "$exists" && value === true && dialect === "sql") add("keypresent", { key: path, exists: "true" });
      else if (
        name === "$in" &&
        Array.isArray(value) &&
        value.every(isPlain) &&
        value.length > 0 &&
        (dialect === "mongo" || single.has(key))
      ) {
        add("in", { key: path, value: JSON.stringify(value) });
      }
    }
    return;
  }
  if (!isPlain(condition)) return;
  const text = typeof condition === "string" ? JSON.stringify(condition) : jsonNumber(condition);
  // MongoDB means it as we do: the value itself, or a list that holds it.
  if (dialect === "mongo" || single.has(key)) add("eq", { key: path, value: text });
  // In SQL `contains` looks for the text in the value or in the JSON text of a list: true for both, and for more.
  else if (typeof condition === "string" && /^[A-Za-z0-9 .:/-]+$/.test(condition)) add("contains", { key: path, value: text });
  else add("keypresent", { key: path, exists: "true" });
}

function isPlain(value: unknown): value is string | number {
  return typeof value === "string" || (typeof value === "number" && Number.isFinite(value));
}

const jsonNumber = (value: number | string): string => JSON.stringify(value);

/** With a point: SQLite compares whole numbers by cutting off what follows. */
function floatText(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
