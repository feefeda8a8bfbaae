import { sondeError, type TimeRange } from "@sonde/core";
import { coalesceBatches, type RecordBatch, schemaOf, timeField } from "@sonde/core/connector";
import { batchIn, type ReadPlan } from "./columns.js";
import { arrowField, type InfluxColumn } from "./fields.js";
import { identifier, measurement, type Place, stringLiteral, timeConditions, where } from "./influxql.js";
import { type InfluxScale, storedRange } from "./range.js";
import type { FieldSchema } from "./registry.js";
import type { QueryCall, Transport } from "./transport.js";

/** A topic as the database has it. */
export type Topic = {
  readonly name: string;
  /** Fields by name, then tags by name. */
  readonly columns: readonly InfluxColumn[];
  readonly about: (field: string) => FieldSchema | undefined;
};

export type SelectOptions = {
  /** Names of fields and tags; all without. */
  readonly columns?: readonly string[] | undefined;
  readonly range?: TimeRange | undefined;
  /** Only messages of that component: `salIndex`, or `<CSC>ID` in topics of before July 2022. */
  readonly index?: number | undefined;
  readonly scale?: InfluxScale | undefined;
  /** The newest rows, which come in descending order. */
  readonly newest?: number | undefined;
};

export type Select = ReadPlan & {
  /** Undefined where nothing can be in the range. */
  readonly query: string | undefined;
};

/**
 * The query for rows of a topic, and what becomes of its answer. Without a field in `columns` all fields are asked for, as InfluxQL gives
 * no row for tags alone. Rejects `not-found` for a column that the topic does not have.
 */
export function selectOf(place: Place, topic: Topic, options: SelectOptions): Select {
  const { columns, range, index, scale = "utc", newest } = options;
  const wanted = columns === undefined ? undefined : new Set(columns);
  for (const name of wanted ?? []) {
    if (name === "time" || topic.columns.some((column) => column.name === name)) continue;
    const known = topic.columns.map((column) => column.name).join(", ");
    throw sondeError("not-found", `no column '${name}' in '${topic.name}': there are ${known}`, { id: name });
  }
  const kept = topic.columns.filter(({ name }) => wanted?.has(name) ?? true);
  const fields = kept.some(({ type }) => type !== "tag") ? [] : topic.columns.filter(({ type }) => type !== "tag");
  const asked = [...fields, ...kept];
  const schema = schemaOf([timeField(), ...kept.map((column) => arrowField(column, topic.about(column.name)))]);
  const times = timeConditions(storedRange(range, scale));
  const list = asked.map(({ name, type }) => `${identifier(name)}::${type === "tag" ? "tag" : "field"}`).join(", ");
  const order = newest === undefined ? "" : ` ORDER BY time DESC LIMIT ${newest}`;
  const conditions = times && [...times, ...(index === undefined ? [] : [indexCondition(topic, index)])];
  const query = conditions && `SELECT ${list} FROM ${measurement(place, topic.name)}${where(conditions)}${order}`;
  return { topic: topic.name, schema, columns: asked, scale, query };
}

/** By the field that the topic has: `salIndex` since July 2022, before it the component's name and "ID". */
export function indexCondition(topic: Topic, index: number): string {
  if (!Number.isSafeInteger(index)) throw sondeError("options", `the index of a component is a whole number, not ${index}`, {});
  const component = topic.name.split(".").at(-2) ?? "";
  const column = ["salIndex", `${component}ID`].flatMap((name) => topic.columns.filter((one) => one.name === name))[0];
  if (column === undefined) {
    throw sondeError("unsupported", `'${topic.name}' has neither salIndex nor ${component}ID: read it without an index`, { what: "index" });
  }
  return `${identifier(column.name)} = ${column.type === "tag" || column.type === "string" ? stringLiteral(String(index)) : index}`;
}

/** Rows as they come, in batches of up to 64 Ki. */
export function readSelect(transport: Transport, select: Select, call: QueryCall): AsyncGenerator<RecordBatch, void, undefined> {
  return coalesceBatches(pieces(transport, select, call));
}

async function* pieces(transport: Transport, select: Select, call: QueryCall): AsyncGenerator<RecordBatch> {
  if (select.query === undefined) return;
  for await (const series of transport.series(select.query, { what: `'${select.topic}'`, key: select.topic, ...call })) {
    if (series.rows.length > 0) yield batchIn(series, select);
  }
}
