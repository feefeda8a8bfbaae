import { arrowType, canonicalBatch, fieldOf, schemaOf, sliceTime, sondeError, type TimeRange, timeField } from "@sonde/core/connector";
import type { RecordBatch, Schema } from "../../src/arrow.js";
import { joined } from "../lab/lab.js";
import { changeBatches, changeDescription, changeRead, changeStream, type Mutant, rebuilt } from "./mutant.js";

let turn = 0;

const withFields = (schema: Schema, change: (fields: Schema["fields"]) => Schema["fields"]) => schemaOf(change([...schema.fields]));
const nullable = (schema: Schema) => withFields(schema, (fields) => fields.map((field) => fieldOf(field.name, field.type, {}, true)));

const describe: readonly Omit<Mutant, "suite">[] = [
  { name: "a kind of its own", rule: "says a kind, the same as the stream", connector: changeDescription(() => ({ kind: "numbers" })) },
  {
    name: "another kind than the stream's",
    rule: "says a kind, the same as the stream",
    connector: changeDescription(() => ({ kind: "events" })),
  },
  {
    name: "time is not first",
    rule: "puts `time` first, in nanoseconds UTC",
    connector: changeDescription(({ schema }) => ({ schema: withFields(schema, ([time, ...rest]) => [...rest, time!]) })),
  },
  {
    name: "time may be null",
    rule: "puts `time` first, in nanoseconds UTC",
    connector: changeDescription(({ schema }) => ({ schema: nullable(schema) })),
  },
  {
    name: "time is a number of nanoseconds",
    rule: "puts `time` first, in nanoseconds UTC",
    connector: changeDescription(({ schema }) => ({
      schema: withFields(schema, ([, ...rest]) => [fieldOf("time", arrowType.int64(), { role: "time" }), ...rest]),
    })),
  },
  {
    name: "a column twice",
    rule: "names each column once",
    connector: changeDescription(({ schema }) => ({ schema: withFields(schema, (fields) => [...fields, fields[2]!]) })),
  },
  {
    name: "a role of its own",
    rule: "describes fields in the shared vocabulary",
    connector: changeDescription(() => ({
      schema: schemaOf([timeField(), fieldOf("value", arrowType.float64(), { role: "colour" as never })]),
    })),
  },
  { name: "half a row", rule: "gives its members the contract's types", connector: changeDescription(() => ({ rows: 1.5 })) },
  {
    name: "an extent in seconds",
    rule: "gives its members the contract's types",
    connector: changeDescription(() => ({ extent: { start: 1.5e9, end: 1.6e9 } })),
  },
  {
    name: "an inclusive end of the extent",
    rule: "has every row in its extent, whose end is exclusive",
    connector: changeDescription(({ extent }) => ({ extent: extent && { ...extent, end: extent.end - 1n } })),
  },
  {
    name: "one row too many",
    rule: "counts its rows exactly, or not at all",
    connector: changeDescription(({ rows = 0 }) => ({ rows: rows + 1 })),
  },
  {
    name: "a clock that is rounded",
    rule: "has ticks that tell the time exactly",
    connector: changeDescription(({ clock }) => ({ clock: clock && { ...clock, ticks: 1n, per: 333_333_333n } })),
  },
  { name: "another version each time", rule: "says the same twice", connector: changeDescription(() => ({ version: String(turn++) })) },
  {
    name: "a description that scans",
    rule: "asks a bounded number of requests",
    connector: changeStream((stream) => ({
      async describe(call) {
        for await (const _ of stream.read({}, call));
        return stream.describe(call);
      },
    })),
  },
];

const shift = (range: TimeRange | undefined, start: bigint, end: bigint) => range && { start: range.start + start, end: range.end + end };
/** A read whose query is changed. */
const changeRange = (change: (range: TimeRange) => TimeRange | undefined) =>
  changeRead((read, { range, ...query }, call) => {
    const changed = range && change(range);
    return read({ ...query, ...(changed ? { range: changed } : {}) }, call);
  });

const read: readonly Omit<Mutant, "suite">[] = [
  {
    name: "milliseconds instead of nanoseconds",
    rule: "gives the fixture's rows at its instants, exact to the nanosecond",
    connector: changeBatches((batch) =>
      rebuilt(batch, { cell: (name, value) => (name === "time" ? ((value as bigint) / 1_000_000n) * 1_000_000n : value) }),
    ),
  },
  {
    name: "the last batch is lost",
    rule: "gives the fixture's rows at its instants, exact to the nanosecond",
    connector: changeBatches((batch, index) => (index === 9 ? [] : batch)),
  },
  { name: "an exclusive start", rule: "begins at `start`, to the nanosecond", connector: changeRange((range) => shift(range, 1n, 0n)) },
  {
    name: "a start rounded to microseconds",
    rule: "begins at `start`, to the nanosecond",
    connector: changeRange(({ start, end }) => ({ start: (start / 1000n) * 1000n, end })),
  },
  { name: "an inclusive end", rule: "ends before `end`, to the nanosecond", connector: changeRange((range) => shift(range, 0n, 1n)) },
  {
    name: "an empty range is an instant",
    rule: "yields nothing for an empty range",
    connector: changeRange((range) => (range.start === range.end ? shift(range, 0n, 1n) : range)),
  },
  {
    name: "a backward range is turned round",
    rule: "yields nothing where `end` is before `start`",
    connector: changeRange((range) => (range.end < range.start ? { start: range.end, end: range.start } : range)),
  },
  {
    name: "the next best rows where there are none",
    rule: "yields nothing outside its extent",
    connector: changeRead(async function* (read, query, call) {
      let batches = 0;
      for await (const batch of read(query, call)) {
        batches++;
        yield batch;
      }
      if (batches > 0) return;
      for await (const batch of read({}, call)) return yield batch;
    }),
  },
  {
    name: "whole chunks wherever a range cuts them",
    rule: "gives the whole in parts",
    connector: changeRead(async function* (read, { range, ...query }, call) {
      for await (const batch of read(query, call)) if (range === undefined || sliceTime(batch, range).numRows > 0) yield batch;
    }),
  },
  {
    name: "descending rows",
    rule: "never descends in time, inside or across batches",
    connector: changeBatches((batch) => rebuilt(batch, { order: (rows) => rows.reverse() })),
  },
  {
    name: "chunks as they arrive",
    rule: "never descends in time, inside or across batches",
    connector: changeRead(async function* (read, query, call) {
      const batches: RecordBatch[] = [];
      for await (const batch of read(query, call)) batches.unshift(batch);
      yield* batches;
    }),
  },
  {
    name: "another nullability than described",
    rule: "gives every batch the described schema, nullability included",
    connector: changeBatches((batch, index) => (index === 3 ? rebuilt(batch, { schema: nullable(batch.schema) }) : batch)),
  },
  {
    name: "nulls where none may be",
    rule: "holds no null where none may be",
    connector: changeBatches((batch) =>
      canonicalBatch(
        rebuilt(batch, { schema: nullable(batch.schema), cell: (name, value) => (name === "raw" ? null : value) }),
        batch.schema,
      ),
    ),
  },
  {
    name: "a projection without time",
    rule: "projects to `time` and the columns asked for, in the schema's order",
    connector: changeRead(async function* (read, query, call) {
      for await (const batch of read(query, call))
        yield query.columns?.length ? batch.selectAt(batch.schema.fields.flatMap((_, index) => (index ? [index] : []))) : batch;
    }),
  },
  {
    name: "columns in the order of asking",
    rule: "projects to `time` and the columns asked for, in the schema's order",
    connector: changeRead(async function* (read, query, call) {
      const order = query.columns && ["time", ...query.columns.filter((name) => name !== "time")];
      for await (const batch of read(query, call))
        yield order ? batch.selectAt(order.map((name) => batch.schema.fields.findIndex((field) => field.name === name))) : batch;
    }),
  },
  {
    name: "projections are ignored",
    rule: "projects to `time` and the columns asked for, in the schema's order",
    connector: changeRead((read, { columns: _, ...query }, call) => read(query, call)),
  },
  {
    name: "unknown columns are left out",
    rule: "refuses a column that there is not, and names it",
    connector: changeRead((read, query, call) =>
      read({ ...query, ...(query.columns ? { columns: query.columns.filter((name) => !name.startsWith("sonde")) } : {}) }, call),
    ),
  },
  {
    name: "unknown columns are a TypeError",
    rule: "refuses a column that there is not, and names it",
    connector: changeRead(async function* (read, query, call) {
      if (query.columns?.some((name) => name.startsWith("sonde")))
        throw new TypeError("Cannot read properties of null (reading 'sonde-testkit-no-such-column')");
      yield* read(query, call);
    }),
  },
  {
    name: "an empty batch to begin with",
    rule: "yields no empty batch",
    connector: changeBatches((batch, index) => (index === 0 ? [batch.slice(0, 0), batch] : batch)),
  },
  {
    name: "everything in one batch",
    rule: "keeps batches under 64 Ki rows and about 8 MB",
    connector: changeRead(async function* (read, query, call) {
      const batches: RecordBatch[] = [];
      for (let times = 0; times < 66; times++) for await (const batch of read({ ...query, columns: ["raw"] }, call)) batches.push(batch);
      yield joined(batches[0]!.schema, batches);
    }),
  },
  {
    name: "few rows of many megabytes",
    rule: "keeps batches under 64 Ki rows and about 8 MB",
    connector: changeBatches((batch) =>
      rebuilt(batch.slice(0, 20), { cell: (name, value) => (name === "label" ? "x".repeat(2 ** 20) : value) }),
    ),
  },
  {
    name: "row by row",
    rule: "does not come row by row",
    connector: changeBatches((batch) => Array.from({ length: batch.numRows }, (_, row) => batch.slice(row, row + 1))),
  },
  {
    name: "each read takes its first row away",
    rule: "gives the same when read again",
    connector: changeBatches((batch, index) => (index === 0 ? batch.slice(turn++ % 2) : batch)),
  },
  {
    name: "reads that share their range",
    rule: "keeps concurrent reads apart",
    connector: changeStream((stream) => {
      let shared: TimeRange | undefined;
      return {
        async *read({ range, ...query }, call) {
          shared = range;
          for await (const batch of stream.read(query, call)) {
            const part = shared === undefined ? batch : sliceTime(batch, shared);
            if (part.numRows > 0) yield part;
          }
        },
      };
    }),
  },
  {
    name: "progress of each chunk alone",
    rule: "reports progress that never goes back",
    connector: changeRead((read, query, call) => {
      let left = 1000;
      return read(query, { ...call, onProgress: ({ bytes }) => call.onProgress({ rows: left--, bytes }) });
    }),
  },
  {
    name: "cells as they are stored",
    rule: "decodes the cells that it stores encoded",
    connector: changeStream(() => ({ decode: (_, cell) => cell })),
  },
];

const errors: readonly Omit<Mutant, "suite">[] = [
  {
    name: "damage loses what was read before",
    rule: "delivers what is complete before the damage",
    connector: changeRead(async function* (read, query, call) {
      const batches: RecordBatch[] = [];
      for await (const batch of read(query, call)) batches.push(batch);
      yield* batches;
    }),
  },
  {
    name: "damage is passed over",
    rule: "delivers what is complete before the damage",
    connector: changeRead(async function* (read, query, call) {
      try {
        yield* read(query, call);
      } catch {}
    }),
  },
  {
    name: "damage is a plain Error",
    rule: "rejects damage as `format`, and says where",
    connector: changeRead(async function* (read, query, call) {
      try {
        yield* read(query, call);
      } catch (cause) {
        throw new Error("damaged: plant/broken/2", { cause });
      }
    }),
  },
  {
    name: "damage without its place",
    rule: "rejects damage as `format`, and says where",
    connector: changeRead(async function* (read, query, call) {
      try {
        yield* read(query, call);
      } catch (cause) {
        throw sondeError("format", "a chunk is damaged", { cause });
      }
    }),
  },
];

const hostility: readonly Omit<Mutant, "suite">[] = [
  {
    name: "columns looked up in an object",
    rule: "reads no column by a name that every object has",
    connector: changeRead((read, query, call) =>
      read({ ...query, ...(query.columns ? { columns: query.columns.filter((name) => !(name in {})) } : {}) }, call),
    ),
  },
  {
    name: "a polluted prototype",
    rule: "leaves the prototypes of the language alone",
    connector: changeRead((read, query, call) => {
      Object.defineProperty(Object.prototype, polluted, { value: true, configurable: true });
      return read(query, call);
    }),
  },
  {
    name: "metadata copied key by key",
    rule: "keeps `__proto__` as data",
    connector: changeStream(({ metadata = {} }) => {
      const copy: Record<string, never> = {};
      for (const [key, value] of Object.entries(metadata)) copy[key] = value as never;
      return { metadata: copy };
    }),
  },
];

/** What a mutant leaves behind on Object.prototype; the test takes it away. */
export const polluted = "sondeTestkitPolluted";

const versions: readonly Omit<Mutant, "suite">[] = [
  {
    name: "a version that describe does not know",
    rule: "name the current one, as `describe` does",
    connector: changeStream(({ versions }) => ({ versions: { ...versions!, current: async () => "v1" } })),
  },
  {
    name: "the current version without its first batch",
    rule: "read the current one as it is",
    connector: changeRead(async function* (read, query, call) {
      let first = query.version !== undefined;
      for await (const batch of read(query, call)) {
        if (!first) yield batch;
        first = false;
      }
    }),
  },
  {
    name: "old versions read as the current one",
    rule: "change with the data, and read the old as it was",
    connector: changeRead((read, { version: _, ...query }, call) => read(query, call)),
  },
  {
    name: "no change is named",
    rule: "name the ranges that changed",
    connector: changeStream(({ versions }) => ({ versions: { ...versions!, async *changes() {} } })),
  },
  {
    name: "unknown versions read as the current one",
    rule: "refuse one that there is not",
    connector: changeRead((read, { version, ...query }, call) =>
      read({ ...query, ...(version && /^\d+$/.test(version) ? { version } : {}) }, call),
    ),
  },
];

export const readingMutants: readonly Mutant[] = [
  ...describe.map((mutant) => ({ ...mutant, suite: "describe" as const })),
  ...read.map((mutant) => ({ ...mutant, suite: "read" as const })),
  ...errors.map((mutant) => ({ ...mutant, suite: "errors" as const })),
  ...hostility.map((mutant) => ({ ...mutant, suite: "hostility" as const })),
  ...versions.map((mutant) => ({ ...mutant, suite: "versions" as const })),
];
