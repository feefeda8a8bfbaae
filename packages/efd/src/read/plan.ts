import type { TimeRange } from "@sonde/core";
import { projectSchema, type Schema, sondeError } from "@sonde/core/connector";
import type { TopicShape } from "../schema/topic-shape.js";

/** How rows are made of what is stored. */
export type RowPolicy = {
  /** Windows of equal time, of several workers or replayed: all of them, or one with their statistics pooled. */
  readonly duplicates: "keep" | "merge";
  /** Standard deviations of windows with fewer samples are null, for the aggregator writes the first sample in their place; 0 shows what is stored. */
  readonly maskBelow: number;
  /** Files that can't be read: the error comes after the rows of all others, or they are only told of. */
  readonly onDamaged: "throw" | "skip";
};

/** What one read does. */
export type ReadPlan = RowPolicy & {
  readonly topic: string;
  readonly shape: TopicShape;
  readonly range: TimeRange | undefined;
  /** Of the rows that come out. */
  readonly output: Schema;
  /** Of the rows on the way: with the columns that the policy needs. */
  readonly schema: Schema;
  /** Only rows of this component, where several share a topic. */
  readonly salIndex: number | undefined;
};

export type ReadQuestion = {
  readonly range?: TimeRange | undefined;
  /** Names of columns; all without. */
  readonly columns?: readonly string[] | undefined;
  readonly salIndex?: number | undefined;
};

/** Rejects `not-found` for a column that the topic does not have. */
export function planRead(topic: string, shape: TopicShape, question: ReadQuestion, policy: RowPolicy): ReadPlan {
  const output = projectSchema(shape.schema, question.columns);
  const helpers: string[] = [];
  const wanted = new Set(output.fields.map(({ name }) => name));
  const has = (name: string) => shape.schema.fields.some((field) => field.name === name);
  if (shape.kind === "aggregated") {
    const deviations = shape.fields.filter(({ column, statistic }) => statistic === "stdev" && wanted.has(column));
    const means = shape.fields.some(({ column, statistic }) => statistic === "mean" && wanted.has(column));
    if (policy.duplicates === "merge" && (deviations.length > 0 || means)) helpers.push("count");
    if (policy.maskBelow > 0 && deviations.length > 0) helpers.push("count");
    if (policy.duplicates === "merge") helpers.push(...deviations.map(({ field }) => `mean_${field}`));
  }
  if (question.salIndex !== undefined) {
    if (!has("salIndex")) {
      throw sondeError("unsupported", `topic '${topic}' has no column salIndex to choose rows by: leave salIndex out`, {
        what: "salIndex",
      });
    }
    helpers.push("salIndex");
  }
  const added = helpers.filter((name) => has(name) && !wanted.has(name));
  const schema = added.length === 0 ? output : projectSchema(shape.schema, [...wanted, ...added]);
  return { ...policy, topic, shape, range: question.range, output, schema, salIndex: question.salIndex };
}

/** The column of the files that a column of a topic is read from. */
export function storedName(shape: TopicShape, column: string): string {
  if (column === "time") return shape.time.name;
  return column === "stored_time" && !shape.fields.some((field) => field.column === column) ? "time" : column;
}
