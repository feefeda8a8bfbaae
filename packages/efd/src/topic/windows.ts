import { roundOutward, type Statistic, type TimeRange } from "@sonde/core";
import { type Call, type RecordBatch, type Schema, sondeError, windowBatches, windowSchema } from "@sonde/core/connector";
import type { Faults } from "../read/faults.js";
import { planRead, type RowPolicy } from "../read/plan.js";
import { readPlan } from "../read/read.js";
import { coreStatistic, type StatisticName } from "../schema/column-name.js";
import type { TopicShape } from "../schema/topic-shape.js";
import type { Session } from "../session.js";
import { checkField } from "./columns.js";

/** What windows can be made of: windows already merge to these. Of a raw topic's samples there are `median` and `sum` as well. */
export type WindowStatistic = "count" | "sum" | StatisticName;

export type WindowQuestion = {
  readonly range: TimeRange | undefined;
  /** In nanoseconds. */
  readonly width: bigint;
  /** Fields of the source topic; all without. */
  readonly fields?: readonly string[] | undefined;
  readonly statistics: readonly WindowStatistic[];
};

export type WindowsPlan = { readonly schema: Schema; read(faults: Faults, call: Call): AsyncGenerator<RecordBatch, void, undefined> };

/**
 * Wider windows `[k * width, (k + 1) * width)` of a topic: least of least, greatest of greatest, sums of counts, means weighted by their counts, spreads
 * pooled. Rejects `unsupported` for medians and quartiles of windows, which nothing can be merged from.
 */
export function planWindows(session: Session, topic: string, shape: TopicShape, question: WindowQuestion): WindowsPlan {
  const { width, fields } = question;
  if (width <= 0n) throw sondeError("options", 'the width of a window must be longer than nothing: write "1m", or nanoseconds', {});
  for (const field of fields ?? []) checkField(topic, shape, field);
  const statistics = question.statistics.map((name) => merged(name, topic, shape));
  const columns = shape.kind === "aggregated" ? aggregatedColumns(shape, fields, statistics) : fields && [...fields];
  // Spreads are merged from what is stored: those of one sample count as none.
  const policy: RowPolicy = { ...session.policy };
  const range = question.range && roundOutward(question.range, width);
  const plan = planRead(topic, shape, { range, columns }, policy);
  const options = { schema: plan.output, width, statistics, columns: fields };
  return {
    schema: windowSchema(options),
    read: (faults, call) => windowBatches(readPlan(session.archive, plan, faults, call), options),
  };
}

function merged(name: WindowStatistic, topic: string, shape: TopicShape): Statistic {
  if (name === "count" || name === "sum") return name;
  const statistic = coreStatistic(name);
  const ofWindows = shape.kind === "aggregated" && name === "median";
  if (statistic !== undefined && !ofWindows) return statistic;
  const reason =
    shape.kind === "aggregated"
      ? `the ${name} of windows says nothing of the ${name} of all their samples`
      : "Sonde has no quartiles of windows";
  throw sondeError("unsupported", `topic '${topic}' has no ${name} of wider windows: ${reason}; ask for min, max, mean, stdev or count`, {
    what: name,
  });
}

/** What the statistics are made of; the count of a window weighs its mean and its spread. */
function aggregatedColumns(shape: TopicShape, fields: readonly string[] | undefined, statistics: readonly Statistic[]): string[] {
  const wanted = new Set<string>(statistics);
  if (wanted.has("stddev") || wanted.has("sum")) wanted.add("mean");
  const chosen = shape.fields.filter(({ field, statistic }) => {
    const known = statistic && coreStatistic(statistic);
    return known !== undefined && wanted.has(known) && (fields === undefined || fields.includes(field));
  });
  return [...chosen.map(({ column }) => column), "count"];
}
