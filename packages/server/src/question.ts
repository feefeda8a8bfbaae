import type { ArrayOptions, ReadOptions } from "@sonde/core";
import { sondeError } from "@sonde/core";
import { querySchema, windowSchema, withinSchema } from "@sonde/core/schema";
import * as z from "zod";

/** In which form rows are sent. */
export const rowFormats = ["arrow", "parquet", "csv", "ndjson"] as const;
export type RowFormat = (typeof rowFormats)[number];

const whole = z
  .string()
  .regex(/^\d{1,9}$/, "expected a whole number")
  .transform(Number);
const noColumns = z.literal("time").transform((): readonly string[] => []);
const format = z.enum(rowFormats).default("arrow");
const slices = z.array(z.tuple([z.int().min(0), z.int().min(0)])).max(32);

/**
 * The question that an address asks. Repeated parameters are lists: `column`, `statistic`, `ref`; `only=time` asks for no columns.
 * Rejects `options` for what it does not know, so that a misspelt bound is never taken for none.
 */
export function readQuestion(parameters: URLSearchParams): { readonly format: RowFormat; readonly options: ReadOptions } {
  const { format: asked, ...rest } = taken(parameters, ["start", "end", "last", "span", "version", "level", "column", "only", "format"]);
  return { format: checked(format, asked), options: options(checked(querySchema, rest)) };
}

export function windowQuestion(parameters: URLSearchParams) {
  const known = ["start", "end", "last", "span", "version", "column", "only", "width", "statistic", "format"];
  const { format: asked, ...rest } = taken(parameters, known);
  const { width, statistics, ...within } = checked(windowSchema, rest);
  const more = statistics === undefined ? {} : { statistics };
  return { format: checked(format, asked), options: { ...options(within), width, ...more } };
}

export function viewQuestion(parameters: URLSearchParams) {
  const {
    format: asked,
    points,
    ...rest
  } = taken(parameters, ["start", "end", "last", "span", "version", "column", "only", "points", "format"]);
  return { format: checked(format, asked), options: { ...options(checked(querySchema, rest)), points: checked(whole, points) } };
}

export function newestQuestion(parameters: URLSearchParams) {
  const { format: asked, rows, columns } = taken(parameters, ["rows", "column", "only", "format"]);
  return { format: checked(format, asked), rows: checked(whole, rows), ...(columns === undefined ? {} : { columns: names(columns) }) };
}

export function followQuestion(parameters: URLSearchParams) {
  const { from, columns } = taken(parameters, ["from", "column", "only"]);
  const { start } = checked(withinSchema, from === undefined ? {} : { start: from });
  return { ...(start === undefined ? {} : { from: start }), ...(columns === undefined ? {} : { columns: names(columns) }) };
}

export function arrayQuestion(parameters: URLSearchParams): ArrayOptions {
  const { field, refs, slice, level, ...rest } = taken(parameters, ["start", "end", "last", "span", "field", "ref", "slice", "level"]);
  return {
    ...options(checked(withinSchema, rest)),
    ...(field === undefined ? {} : { field: String(field) }),
    ...(refs === undefined ? {} : { refs: names(refs) }),
    ...(slice === undefined ? {} : { slice: checked(slices, json(String(slice))) }),
    ...(level === undefined ? {} : { level: Number(level) }),
  };
}

export function withinQuestion(parameters: URLSearchParams, more: readonly string[] = []) {
  const values = taken(parameters, ["start", "end", "last", "span", ...more]);
  const extra = Object.fromEntries(more.map((name) => [name, values[name] === undefined ? undefined : String(values[name])]));
  const { start, end, last, span } = values;
  return { within: options(checked(withinSchema, defined({ start, end, last, span }))), extra };
}

/** One text that must be there. */
export function required(parameters: URLSearchParams, name: string): string {
  const value = parameters.get(name);
  if (value !== null && parameters.getAll(name).length === 1) return value;
  throw sondeError("options", `the address needs one ${name}=…`, { issues: [{ path: name, message: "required" }] });
}

type Values = { readonly [name: string]: string | number | readonly string[] | undefined };

const lists: { readonly [name: string]: string } = { column: "columns", statistic: "statistics", ref: "refs" };

/** What the address says, by the names of the façade's options. `source`, `stream` and what is known may stand in it, nothing else. */
function taken(parameters: URLSearchParams, known: readonly string[]): Values {
  const values = new Map<string, string | number | readonly string[]>();
  for (const name of new Set(parameters.keys())) {
    if (name === "source" || name === "stream") continue;
    const given = parameters.getAll(name);
    const list = lists[name];
    if (!known.includes(name)) throw refused(name, `unknown: there are ${known.join(", ")}`);
    if (list !== undefined) values.set(list, given);
    else if (given.length > 1) throw refused(name, "given more than once");
    else if (name === "only") values.set("columns", checked(noColumns, given[0]));
    else values.set(name, name === "level" ? checked(whole, given[0]) : (given[0] ?? ""));
  }
  return Object.fromEntries(values);
}

function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data;
  const issues = error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  throw sondeError("options", `the question is refused: ${issues.map(({ path, message }) => `${path}: ${message}`).join("; ")}`, {
    issues,
  });
}

function refused(path: string, message: string) {
  return sondeError("options", `the address is refused: ${path}: ${message}`, { issues: [{ path, message }] });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused("slice", "expected JSON, such as [[0,10],[0,20]]");
  }
}

const names = (list: string | number | readonly string[]): readonly string[] => (Array.isArray(list) ? list : [String(list)]);

/** zod leaves absent members undefined; the façade's bounds are one of three shapes, which the schema has seen to. */
function options(value: object): ReadOptions {
  return defined(value) as ReadOptions;
}

function defined<T extends object>(value: T): T {
  // Fewer members of the same types.
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}
