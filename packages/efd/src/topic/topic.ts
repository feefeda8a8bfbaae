import { isSondeError, type Span, type TimeRange, toSpan } from "@sonde/core";
import type { RecordBatch } from "@sonde/core/connector";
import { type Many, many } from "@sonde/core/connector";
import type { CallOptions } from "../call.js";
import type { EfdFile } from "../layout/archive.js";
import { filesOf } from "../layout/files.js";
import { observedStore } from "../layout/observed-store.js";
import { Faults, type SkippedFile } from "../read/faults.js";
import { planRead, type ReadPlan, type RowPolicy } from "../read/plan.js";
import { readPlan } from "../read/read.js";
import type { TimeScale } from "../schema/time-column.js";
import type { EfdField, TopicShape } from "../schema/topic-shape.js";
import type { Session } from "../session.js";
import { type Band, bandOf } from "./band.js";
import { type ColumnChoice, chosenColumns } from "./columns.js";
import { describeTopic, shapeWithin, type TopicDescription } from "./describe.js";
import { followRows } from "./follow.js";
import { type EfdHour, hoursOf } from "./hours.js";
import { newestRows } from "./newest.js";
import { type Packed, unpack } from "./packed.js";
import { type RangeInput, rangeOf } from "./range.js";
import { type EfdRows, efdRows } from "./rows.js";
import { planWindows, type WindowStatistic } from "./windows.js";

export type RangeOptions = CallOptions & { readonly range?: RangeInput | undefined };

/** Which rows' columns to read, and how. */
export type EfdRowOptions = CallOptions &
  ColumnChoice & {
    readonly [Policy in keyof RowPolicy]?: RowPolicy[Policy] | undefined;
  } & {
    /** Only rows of this component, where several share a topic. */
    readonly salIndex?: number | undefined;
    /** The column that rows are placed by; `time`, else `private_efdStamp`, else `timestamp` without. */
    readonly timeColumn?: string | undefined;
    readonly timeScale?: TimeScale | undefined;
  };

export type EfdReadOptions = EfdRowOptions & { readonly range?: RangeInput | undefined };

export type EfdWindowOptions = RangeOptions & {
  readonly width: Span;
  readonly fields?: readonly string[] | undefined;
  /** `min`, `mean` and `max` without; the count comes along. */
  readonly statistics?: readonly WindowStatistic[] | undefined;
};

export type EfdBandOptions = RangeOptions & {
  /** About so many windows; more are merged into wider ones. Default 2,000. */
  readonly points?: number | undefined;
};

export type EfdPackedOptions = RangeOptions & {
  /** Only each such sample; it divides their number. Default 1. */
  readonly stride?: number | undefined;
  /** The column that tells when a row's first sample was taken, in seconds. Default "cRIO_timestamp". */
  readonly reference?: string | undefined;
  /** The clock of the reference. Default by its name, else "tai". */
  readonly scale?: TimeScale | undefined;
};

/** One topic of an archive. */
export interface EfdTopic {
  readonly name: string;
  /** What it is, by its first and last files: a handful of requests. */
  describe(options?: CallOptions): Promise<TopicDescription>;
  /**
   * Source field, statistic and unit of each column: by the first and the last files, which cost no more than `describe`; with a range by all files
   * of it too, a request each, for those that only files in between have.
   */
  fields(options?: RangeOptions): Promise<readonly EfdField[]>;
  /** The files that can hold rows of the range, in the order of their folders; listed page by page. */
  files(options?: RangeOptions): Many<EfdFile>;
  /** The same, folder by folder; says which have fewer files than the sink's rotation makes (`filesPerHour`, 6 for each of Kafka's partitions). */
  hours(options?: RangeOptions & { readonly filesPerHour?: number | undefined }): Many<EfdHour>;
  /**
   * The rows whose `time` is in the range, in its order, whatever file they lie in. A column that neither the first nor the last files have is looked
   * for in those of the range, before it is `not-found`.
   */
  read(options?: EfdReadOptions): EfdRows;
  /** The last rows, ascending, without what comes before them. */
  newest(rows: number, options?: EfdRowOptions): EfdRows;
  /** Statistics of wider windows `[k * width, (k + 1) * width)`; a range is rounded outward to whole ones. Rejects `unsupported` for medians and quartiles of windows. */
  windows(options: EfdWindowOptions): EfdRows;
  /** What a plot of a field needs. */
  band(field: string, options?: EfdBandOptions): Promise<Band>;
  /** A series of which each row holds several samples, as columns `<base>0`, `<base>1`, … or as lists. */
  packed(base: string, options?: EfdPackedOptions): Promise<Packed>;
  /** Rows of files as they appear; late ones as they come. `from`: what is stored since comes first. */
  follow(options?: EfdRowOptions & { readonly from?: RangeInput["start"] }): AsyncGenerator<RecordBatch, void, undefined>;
}

/** A topic and what its driver shares with its client: the shape that reads go by. */
export type OpenTopic = EfdTopic & { shape(options: CallOptions): Promise<TopicShape> };

export function openTopic(session: Session, name: string): OpenTopic {
  let known: TopicShape | undefined;

  const describe = (options?: CallOptions): Promise<TopicDescription> =>
    session.run(options, async (call) => {
      const description = await describeTopic(session, name, call);
      known = description;
      return description;
    });

  /** Asked once, and again with each `describe`, so that batches are as described. */
  const shape = async (options: CallOptions, time?: Pick<EfdRowOptions, "timeColumn" | "timeScale">): Promise<TopicShape> => {
    const asked = { name: time?.timeColumn ?? session.time.name, scale: time?.timeScale ?? session.time.scale };
    if (asked.name === session.time.name && asked.scale === session.time.scale) return known ?? describe(options);
    return session.run(options, (call) => describeTopic({ ...session, time: asked }, name, call));
  };

  const planOf = async (options: EfdReadOptions): Promise<ReadPlan> => {
    const { duplicates, maskBelow, onDamaged } = { ...session.policy, ...defined(options) };
    const range = rangeOf(options.range);
    const planWith = (found: TopicShape): ReadPlan => {
      const question = { range, columns: chosenColumns(name, found, options), salIndex: options.salIndex };
      return planRead(name, found, question, { duplicates, maskBelow, onDamaged });
    };
    const ends = await shape(options, options);
    try {
      return planWith(ends);
    } catch (error) {
      if (range === undefined || !isSondeError(error, "not-found")) throw error;
      return planWith(await within(range, options, { name: options.timeColumn, scale: options.timeScale }));
    }
  };

  const within = (range: TimeRange, options: CallOptions, time: Session["time"]): Promise<TopicShape> => {
    const asked = { name: time.name ?? session.time.name, scale: time.scale ?? session.time.scale };
    return session.run(options, (call) => shapeWithin(session, name, { range, time: asked }, call));
  };

  const rowsOf = (
    options: EfdReadOptions,
    read: (plan: ReadPlan, faults: Faults, call: Parameters<typeof readPlan>[3]) => AsyncIterable<RecordBatch>,
  ) =>
    efdRows({
      schema: async () => (await planOf(options)).output,
      async *iterate(skipped: SkippedFile[]) {
        const plan = await planOf(options);
        yield* session.iterate(options, (call) => read(plan, new Faults(skipped), call));
      },
    });

  return {
    name,
    shape,
    describe,
    async fields(options = {}) {
      const range = rangeOf(options.range);
      return (range === undefined ? await describe(options) : await within(range, options, {})).fields;
    },
    files: (options = {}) =>
      many(() => session.iterate(options, (call) => filesOf(observed(session, call.observe), name, rangeOf(options.range), call))),
    hours: ({ filesPerHour = 6, ...options } = {}) =>
      many(() =>
        session.iterate(options, (call) => hoursOf(observed(session, call.observe), name, rangeOf(options.range), filesPerHour, call)),
      ),
    read: (options = {}) => rowsOf(options, (plan, faults, call) => readPlan(session.archive, plan, faults, call)),
    newest: (rows, options = {}) => rowsOf(options, (plan, faults, call) => newestRows(session, plan, rows, faults, call)),
    windows(options) {
      const { fields, statistics = ["min", "mean", "max"] } = options;
      const plan = async () => {
        const question = { range: rangeOf(options.range), width: toSpan(options.width), fields, statistics };
        return planWindows(session, name, await shape(options), question);
      };
      return efdRows({
        schema: async () => (await plan()).schema,
        async *iterate(skipped) {
          const { read } = await plan();
          yield* session.iterate(options, (call) => read(new Faults(skipped), call));
        },
      });
    },
    async band(field, options = {}) {
      const description = await describe(options);
      const question = { field, range: rangeOf(options.range), points: options.points ?? 2000 };
      return session.run(options, (call) => bandOf(session, name, description, question, call));
    },
    async packed(base, options = {}) {
      const { stride = 1, reference = "cRIO_timestamp", scale } = options;
      const topicShape = await shape(options);
      return session.run(options, (call) =>
        unpack(session, name, topicShape, { base, range: rangeOf(options.range), stride, reference, scale }, call),
      );
    },
    async *follow(options = {}) {
      const from = options.from === undefined ? undefined : rangeOf({ start: options.from })?.start;
      yield* session.iterate(options, (call) => followRows(session, name, () => planOf(options), from, call));
    },
  };
}

function observed({ archive }: Session, observe: Parameters<typeof observedStore>[1]) {
  return { ...archive, store: observedStore(archive.store, observe) };
}

/** Without what is given as undefined. */
function defined(options: EfdReadOptions): Partial<RowPolicy> {
  const { duplicates, maskBelow, onDamaged } = options;
  return {
    ...(duplicates === undefined ? {} : { duplicates }),
    ...(maskBelow === undefined ? {} : { maskBelow }),
    ...(onDamaged === undefined ? {} : { onDamaged }),
  };
}
