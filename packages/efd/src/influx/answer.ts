import { type SondeError, sondeError } from "@sonde/core/bytes";
import { type ExactJson, isObject, parseExactJson } from "./json.js";

/** Rows of one series of an answer; a long one comes in several of these. */
export type InfluxSeries = {
  /** Which statement of the query it answers, from 0. */
  readonly statement: number;
  /** The measurement; "" where the answer names none. */
  readonly name: string;
  /** Of a query grouped by tags. */
  readonly tags: { readonly [tag: string]: string };
  readonly columns: readonly string[];
  /** As the database wrote them: integers that a number can't hold are bigints, and so is every `time`. */
  readonly rows: readonly (readonly InfluxCell[])[];
  /** More rows of this series follow in the next one. */
  readonly partial: boolean;
};
export type InfluxCell = null | boolean | number | bigint | string;

/** What one JSON document of an answer holds. Throws the error that it tells of, which InfluxDB does under status 200 too. */
export function seriesIn(text: string, what: string, key = what): readonly InfluxSeries[] {
  const document = parseExactJson(text, what, key);
  if (!isObject(document)) throw foreign(what, key);
  if (typeof document.error === "string") throw toldError(document.error, what);
  const { results } = document;
  if (!Array.isArray(results)) throw foreign(what, key);
  return results.flatMap((result: ExactJson) => {
    if (!isObject(result)) throw foreign(what, key);
    if (typeof result.error === "string") throw toldError(result.error, what);
    const statement = typeof result.statement_id === "number" ? result.statement_id : 0;
    const { series = [] } = result;
    if (!Array.isArray(series)) throw foreign(what, key);
    return series.map((one: ExactJson) => seriesOf(one, statement, what, key));
  });
}

function seriesOf(series: ExactJson, statement: number, what: string, key: string): InfluxSeries {
  if (!isObject(series)) throw foreign(what, key);
  const { name = "", columns, values = [], tags, partial } = series;
  if (typeof name !== "string" || !isTexts(columns) || !Array.isArray(values)) throw foreign(what, key);
  const times = columns.indexOf("time");
  for (const row of values) {
    if (!isRow(row, columns.length))
      throw sondeError("format", `${what} has a row that does not fit its ${columns.length} columns`, { key });
    const time = row[times];
    // Always an integer with `epoch=ns`: as a bigint whatever its size. Rows were made by this parse, for nobody else.
    if (typeof time === "number" && Number.isSafeInteger(time)) (row as ExactJson[])[times] = BigInt(time);
  }
  return {
    statement,
    name,
    tags: isObject(tags) ? textsOf(tags) : Object.create(null),
    columns,
    // Each was looked at above.
    rows: values as readonly (readonly InfluxCell[])[],
    partial: partial === true,
  };
}

function isTexts(value: ExactJson | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isRow(row: ExactJson, length: number): row is readonly InfluxCell[] {
  return Array.isArray(row) && row.length === length && row.every((cell) => typeof cell !== "object" || cell === null);
}

function textsOf(tags: { readonly [tag: string]: ExactJson }): { readonly [tag: string]: string } {
  const texts: { [tag: string]: string } = Object.create(null);
  for (const [tag, value] of Object.entries(tags)) texts[tag] = String(value);
  return texts;
}

function foreign(what: string, key: string) {
  return sondeError("format", `${what} is JSON, but no answer of InfluxDB 1: is this the right address?`, { key });
}

/** What the database says of a query that it did not answer. */
export function toldError(message: string, what: string): SondeError {
  const told = message.slice(0, 300);
  if (/not authorized|authorization|unable to parse authentication|requires .* privilege/i.test(message)) {
    return sondeError("auth", `${what}: ${told}: check the user and what it may read`, {});
  }
  if (/(database|retention policy|measurement|shard) not found/i.test(message)) {
    return sondeError("not-found", `${what}: ${told}`, { id: /not found: (.+)$/.exec(told)?.[1] ?? told });
  }
  const retryable = /time(d )?out|timeout|engine is closed|shutting down|interrupted|killed/i.test(message);
  const advice = /limit exceeded|max-/.test(message) || retryable ? ": ask for a shorter range or fewer columns" : "";
  return sondeError("connection", `${what}: the database says: ${told}${advice}`, { retryable, status: 200 });
}
