import { type TimeRange, taiToUtc, timesOf } from "@sonde/core";
import { type Call, schemaOf, sondeError } from "@sonde/core/connector";
import { observedStore } from "../layout/observed-store.js";
import { Faults } from "../read/faults.js";
import { planRead } from "../read/plan.js";
import { readFiles } from "../read/read.js";
import { instantOf } from "../schema/instant-of.js";
import { earlier, later } from "../schema/instants.js";
import { shapeOf, type TopicShape } from "../schema/topic-shape.js";
import type { Session } from "../session.js";
import { type End, endsOf, footersWithin } from "./footers.js";

/** What a topic is, by its first and last files. */
export type TopicDescription = TopicShape & {
  /** From the first row to the last, half open; null where there are none. */
  readonly extent: TimeRange | null;
};

/** A handful of requests: the folders level by level at both ends, and a footer there for each of Kafka's partitions. Rejects `not-found` for a topic without files. */
export async function describeTopic(session: Session, topic: string, call: Call): Promise<TopicDescription> {
  call.signal.throwIfAborted();
  const archive = { ...session.archive, store: observedStore(session.archive.store, call.observe) };
  const ends = await endsOf(archive, topic, call);
  if (ends === undefined) throw noTopic(session, topic);
  const { first, last } = ends;
  const footers = [...last, ...first].map(({ parquet }) => parquet);
  // An end has at least one file.
  const shape = shapeOf(topic, footers as [(typeof footers)[0], ...typeof footers], session.time);
  const read = (end: End) => extentOfEnd({ ...session, archive }, topic, shape, end, call);
  const [start, end] = await Promise.all([read(first), read(last)]);
  return { ...shape, extent: start === null || end === null ? (start ?? end) : joined(start, end) };
}

/** The shape by all files of a range as well, a request each: columns that only files between the first and the last have are in it. Rejects `limit` past 512 files. */
export async function shapeWithin(
  session: Session,
  topic: string,
  question: { readonly range: TimeRange; readonly time: Session["time"] },
  call: Call,
): Promise<TopicShape> {
  const archive = { ...session.archive, store: observedStore(session.archive.store, call.observe) };
  const [ends, within] = await Promise.all([endsOf(archive, topic, call), footersWithin(archive, topic, question.range, call)]);
  if (ends === undefined) throw noTopic(session, topic);
  const footers = [...ends.last, ...within, ...ends.first].map(({ parquet }) => parquet);
  // An end has at least one file.
  return shapeOf(topic, footers as [(typeof footers)[0], ...typeof footers], question.time);
}

/** By the bounds in the footers; where they do not say, by reading the times. */
async function extentOfEnd(session: Session, topic: string, shape: TopicShape, end: End, call: Call): Promise<TimeRange | null> {
  let extent: TimeRange | null = null;
  const unsaid: End[number][] = [];
  for (const one of end) {
    const bounds = boundsOf(shape, one);
    if (bounds === undefined) unsaid.push(one);
    else extent = joined(extent, bounds);
  }
  if (unsaid.length === 0) return extent;
  const files = unsaid.map(({ file }) => file);
  const plan = planRead(topic, shape, { columns: [] }, { ...session.policy, onDamaged: "skip" });
  for await (const batch of readFiles(session.archive, files, { ...plan, output: schemaOf(plan.output.fields) }, new Faults(), {
    ...call,
    onProgress: () => {},
  })) {
    const times = timesOf(batch);
    const [first, last] = [times[0], times.at(-1)];
    if (first !== undefined && last !== undefined) extent = joined(extent, { start: first, end: last + 1n });
  }
  return extent;
}

function boundsOf(shape: TopicShape, { parquet }: End[number]): TimeRange | undefined {
  const { name, scale } = shape.time;
  if (parquet.rows === 0) return undefined;
  const { min, max } = parquet.statistics(name);
  const type = String(parquet.schema.fields.find((field) => field.name === name)?.type);
  const [start, last] = [instantOf(min, type), instantOf(max, type)];
  if (start === undefined || last === undefined) return undefined;
  return scale === "tai" ? { start: taiToUtc(start), end: taiToUtc(last) + 1n } : { start, end: last + 1n };
}

function joined(a: TimeRange | null, b: TimeRange): TimeRange {
  if (a === null) return b;
  return { start: earlier(a.start, b.start), end: later(a.end, b.end) };
}

export function noTopic(session: Session, topic: string) {
  const { store, base } = session.archive;
  return sondeError("not-found", `no topic '${topic}' below ${store.name}/${base}: \`topics()\` lists those that there are`, { id: topic });
}
