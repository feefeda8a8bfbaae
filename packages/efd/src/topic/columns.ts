import { sondeError } from "@sonde/core";
import { type StatisticName, statisticNames } from "../schema/column-name.js";
import type { TopicShape } from "../schema/topic-shape.js";

/** Which columns to read: by name, or by source field and statistic. All without. */
export type ColumnChoice = {
  /** Columns of the files. Not together with the two below. */
  readonly columns?: readonly string[] | undefined;
  /** Fields of the source topic; all without. In a raw topic they are its columns. */
  readonly fields?: readonly string[] | undefined;
  /** Under the aggregator's names; all without. */
  readonly statistics?: readonly StatisticName[] | undefined;
};

/** The names of the chosen columns; undefined for all. Rejects `not-found` with what there is. */
export function chosenColumns(topic: string, shape: TopicShape, choice: ColumnChoice): string[] | undefined {
  const { columns, fields, statistics } = choice;
  if (columns !== undefined && (fields !== undefined || statistics !== undefined)) {
    throw sondeError("options", "columns are named, or chosen by fields and statistics, not both", {
      issues: [{ path: "columns", message: "leave it out where fields or statistics are given" }],
    });
  }
  if (columns !== undefined) return [...columns];
  if (fields === undefined && statistics === undefined) return undefined;
  for (const field of fields ?? []) checkField(topic, shape, field);
  for (const statistic of statistics ?? []) checkStatistic(topic, shape, statistic);
  const [wantedFields, wantedStatistics] = [fields && new Set(fields), statistics && new Set<string | undefined>(statistics)];
  return shape.fields
    .filter(({ field, statistic }) => (wantedFields?.has(field) ?? statistic !== undefined) && (wantedStatistics?.has(statistic) ?? true))
    .map(({ column }) => column);
}

export function checkField(topic: string, shape: TopicShape, field: string): void {
  if (shape.fields.some((known) => known.field === field)) return;
  const names = [...new Set(shape.fields.map((known) => known.field))];
  throw sondeError("not-found", `topic '${topic}' has no field '${field}': there are ${names.join(", ")}`, { id: field });
}

function checkStatistic(topic: string, shape: TopicShape, statistic: StatisticName): void {
  const stored = statisticNames.filter((name) => shape.fields.some((known) => known.statistic === name));
  if (stored.includes(statistic)) return;
  const there = stored.length === 0 ? "it is raw, and has none" : `stored are ${stored.join(", ")}`;
  throw sondeError("not-found", `topic '${topic}' has no statistic '${statistic}': ${there}`, { id: statistic });
}
