import { type Nanos, projectSchema, type StreamDriver, schemaText, timesOf } from "@sonde/core/connector";
import { continuation } from "../appending.js";
import type { RecordBatch } from "../arrow.js";
import type { Context, TestCall } from "../context.js";
import { ensure, ensureReason, leaving, pause, rejection, rejects, within } from "../ensure.js";
import { endOfTime, readRows } from "../rows.js";
import { streamHas, suite } from "../rule.js";
import { promptly } from "./promptly.js";

interface Follower {
  readonly stream: StreamDriver;
  readonly call: TestCall;
  readonly iterator: AsyncIterator<RecordBatch>;
  /** Makes new rows; resolves with their number. */
  emit(): Promise<number>;
}

async function follow(context: Context, query: { readonly from?: Nanos; readonly columns?: readonly string[] } = {}): Promise<Follower> {
  const { stream, driver } = await context.openFor("live");
  const { append, live } = stream;
  ensure(live, "the stream has no `live`");
  const given = context.fixture.live;
  const call = context.call();
  return {
    stream,
    call,
    iterator: live.follow(query, call)[Symbol.asyncIterator](),
    async emit() {
      if (given?.emit) return given.emit(stream, driver);
      const batch = await continuation(context, stream);
      await append?.rows(batch, context.call());
      return batch.numRows;
    },
  };
}

/** Batches until `rows` rows have come. */
async function receive(iterator: AsyncIterator<RecordBatch>, rows: number, pending = iterator.next()): Promise<RecordBatch[]> {
  const batches: RecordBatch[] = [];
  for (let received = 0; received < rows; ) {
    const next = await within(5000, `a batch (${received} of ${rows} rows have come)`, pending);
    ensure(!next.done, `follow() ended after ${received} of ${rows} rows`);
    batches.push(next.value);
    received += next.value.numRows;
    if (received < rows) pending = iterator.next();
  }
  return batches;
}

/** Follows, emits twice once the follower waits, and receives. */
async function followed(context: Context, columns?: readonly string[]): Promise<{ stream: StreamDriver; batches: RecordBatch[] }> {
  const { stream, iterator, emit } = await follow(context, columns ? { columns } : {});
  const pending = iterator.next();
  await pause(30);
  const rows = (await emit()) + (await emit());
  const batches = await receive(iterator, rows, pending);
  await within(2000, "leaving the follower", leaving(iterator));
  return { stream, batches };
}

const canEmit = async (context: Context) => {
  if (context.fixture.live?.emit) return true;
  const { stream } = await context.openFor("live");
  return (stream.append !== undefined && context.fixture.append !== undefined) || "the fixture gives neither `live.emit` nor `append`";
};

export const live = suite(
  "live",
  {
    "brings every new row, in batches that are never empty": {
      applies: canEmit,
      run: async (context) => {
        const { batches } = await followed(context);
        for (const batch of batches) ensure(batch.numRows > 0, "a batch has no rows: leave it out");
      },
    },
    "ascends in time inside each batch": {
      applies: canEmit,
      run: async (context) => {
        for (const batch of (await followed(context)).batches) {
          const times = timesOf(batch);
          for (let row = 1; row < times.length; row++)
            ensure((times[row] ?? 0n) >= (times[row - 1] ?? 0n), `${times[row]} comes after ${times[row - 1]}`);
        }
      },
    },
    "gives the described schema, projected": {
      applies: canEmit,
      run: async (context) => {
        const { stream } = await context.openFor("live");
        const { schema } = await stream.describe(context.call());
        const column = schema.fields.at(-1)?.name ?? "time";
        for (const columns of [undefined, [column]]) {
          const wanted = schemaText(projectSchema(schema, columns));
          for (const batch of (await followed(context, columns)).batches) {
            ensure(schemaText(batch.schema) === wanted, `a batch has ${schemaText(batch.schema)} instead of ${wanted}`);
          }
        }
      },
    },
    "goes on from an instant, with what is stored since": async (context) => {
      const { stream, range } = await context.openFor("live");
      const { times } = await context.rows(stream.id, range);
      const from = times[Math.max(0, times.length - 5)];
      if (from === undefined) return;
      const stored = await readRows(stream.read({ range: { start: from, end: endOfTime } }, context.call()));
      const { iterator } = await follow(context, { from });
      const got = (await receive(iterator, stored.times.length)).flatMap((batch) => [...timesOf(batch)]);
      ensure(
        got.every((time) => time >= from),
        `follow({ from: ${from} }) gave rows before it`,
      );
      const missing = stored.times.find((time) => !got.includes(time));
      ensure(missing === undefined, `the row at ${missing} is stored since ${from}, but did not come`);
      await within(2000, "leaving the follower", leaving(iterator));
    },
    "stops within 50 ms of an abort while it waits": async (context) => {
      await promptly("follow()", async () => {
        const { iterator, call } = await follow(context);
        const reason = new Error("the user left");
        const pending = rejection("a follower that was aborted", () => iterator.next());
        await pause(30);
        const before = performance.now();
        call.abort(reason);
        ensureReason(await within(2000, "a follower that was aborted", pending), reason, "a follower that was aborted");
        return performance.now() - before;
      });
    },
    "ends in `overrun` where its reader is too slow, and says where to go on": {
      applies: ({ fixture }) => fixture.live?.flood !== undefined || "the fixture gives no `live.flood`",
      run: async (context) => {
        const { stream, driver } = await context.openFor("live");
        const { iterator, emit } = await follow(context);
        const pending = iterator.next();
        await pause(30);
        await emit();
        await within(5000, "the first batch", pending);
        await context.fixture.live?.flood?.(stream, driver);
        const error = await rejects("overrun", "a follower that was flooded", async () => {
          while (!(await within(5000, "the flood", iterator.next())).done);
        });
        ensure(typeof error.resumeFrom === "bigint", "the error has no `resumeFrom`");
      },
    },
  },
  streamHas("live"),
);
