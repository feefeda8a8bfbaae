import { type TimeRange, timesOf } from "@sonde/core";
import { type Call, chunksOf, type RecordBatch, sondeError } from "@sonde/core/connector";
import { Faults } from "../read/faults.js";
import { planRead } from "../read/plan.js";
import { readPlan } from "../read/read.js";
import type { StatisticName } from "../schema/column-name.js";
import { earlier, later } from "../schema/instants.js";
import type { Session } from "../session.js";
import { checkField } from "./columns.js";
import type { TopicDescription } from "./describe.js";
import { planWindows } from "./windows.js";

/** A line and the band about it, as plots take them: one value for each time, NaN where there is none. */
export type Band = {
  /** Nanoseconds, ascending: the middles of stored windows, the starts of wider ones. */
  readonly times: BigInt64Array;
  readonly mean: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly unit?: string;
};

/** Mean, least and greatest of a field: stored windows where they are no more than `points`, wider ones otherwise, of which one more may begin before the range. */
export async function bandOf(
  session: Session,
  topic: string,
  description: TopicDescription,
  question: { readonly field: string; readonly range: TimeRange | undefined; readonly points: number },
  call: Call,
): Promise<Band> {
  const { field, points } = question;
  if (!Number.isSafeInteger(points) || points < 1) throw sondeError("options", `points are a whole number from 1 on, not ${points}`, {});
  checkField(topic, description, field);
  const range = within(question.range, description.extent);
  const unit = description.fields.find((known) => known.field === field)?.unit;
  const width = range === undefined ? 0n : widthOf(range, points, description.windowSize);
  const faults = new Faults();
  let batches: AsyncIterable<RecordBatch>;
  const names = { mean: `mean_${field}`, min: `min_${field}`, max: `max_${field}` };
  const stored = (["mean", "min", "max"] satisfies StatisticName[]).every((statistic) =>
    description.fields.some((known) => known.field === field && known.statistic === statistic),
  );
  if (range === undefined) batches = none();
  else if (stored && description.windowSize !== undefined && width <= description.windowSize) {
    const columns = [names.mean, names.min, names.max];
    batches = readPlan(session.archive, planRead(topic, description, { range, columns }, session.policy), faults, call);
  } else {
    const statistics = ["mean", "min", "max"] as const;
    batches = planWindows(session, topic, description, { range, width, fields: [field], statistics }).read(faults, call);
  }
  const all: RecordBatch[] = [];
  for await (const batch of batches) all.push(batch);
  return {
    times: joined(
      all.map((batch) => timesOf(batch)),
      BigInt64Array,
    ),
    mean: joined(
      all.map((batch) => numbersOf(batch, names.mean)),
      Float64Array,
    ),
    min: joined(
      all.map((batch) => numbersOf(batch, names.min)),
      Float64Array,
    ),
    max: joined(
      all.map((batch) => numbersOf(batch, names.max)),
      Float64Array,
    ),
    ...(unit === undefined ? {} : { unit }),
  };
}

/** A multiple of the stored windows, so that none is cut in two. */
function widthOf(range: TimeRange, points: number, grid = 1n): bigint {
  const least = (range.end - range.start + BigInt(points) - 1n) / BigInt(points);
  return least <= grid ? grid : ((least + grid - 1n) / grid) * grid;
}

/** The part of the extent that is asked for; undefined where there is none. */
function within(range: TimeRange | undefined, extent: TimeRange | null): TimeRange | undefined {
  if (extent === null) return undefined;
  const start = range === undefined ? extent.start : later(range.start, extent.start);
  const end = range === undefined ? extent.end : earlier(range.end, extent.end);
  return start < end ? { start, end } : undefined;
}

function numbersOf(batch: RecordBatch, name: string): Float64Array {
  const [data] = chunksOf(batch, name);
  const numbers = new Float64Array(batch.numRows);
  if (data === undefined) return numbers.fill(Number.NaN);
  for (let row = 0; row < numbers.length; row++) numbers[row] = data.getValid(row) ? Number(data.values[row]) : Number.NaN;
  return numbers;
}

function joined<T extends BigInt64Array | Float64Array>(parts: readonly T[], Values: { new (length: number): T }): T {
  const whole = new Values(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    // Parts and whole are of one kind.
    whole.set(part as never, at);
    at += part.length;
  }
  return whole;
}

async function* none(): AsyncGenerator<RecordBatch> {}
