import type { Context } from "../context.js";
import { ensure, pause } from "../ensure.js";
import { gather } from "../rows.js";
import { suite } from "../rule.js";

interface Measured {
  /** Requests of the whole read, and of one that was paused after its first batch. */
  readonly whole: number;
  readonly paused: number;
}

async function requestsWhilePaused(context: Context): Promise<Measured> {
  const { stream, range } = await context.open();
  const query = range ? { range } : {};
  const count = () => context.requests() ?? 0;
  const start = count();
  await gather(stream.read(query, context.call()));
  const whole = count() - start;
  const iterator = stream.read(query, context.call())[Symbol.asyncIterator]();
  const begin = count();
  await iterator.next();
  await pause(100);
  const paused = count() - begin;
  await iterator.return?.();
  return { whole, paused };
}

async function rowsWhilePaused(context: Context): Promise<Measured & { readonly batches: number }> {
  const { stream, range } = await context.open();
  const query = range ? { range } : {};
  const all = context.call();
  const { length: batches } = await gather(stream.read(query, all));
  const call = context.call();
  const iterator = stream.read(query, call)[Symbol.asyncIterator]();
  await iterator.next();
  await pause(100);
  const rows = (progress: typeof all.progress) => progress.at(-1)?.rows ?? 0;
  const measured = { batches, whole: rows(all.progress), paused: rows(call.progress) };
  await iterator.return?.();
  return measured;
}

const lookAhead = (context: Context) => context.fixture.lookAhead ?? 4;

export const backpressure = suite("backpressure", {
  "asks for nothing more while nobody pulls": {
    applies: async (context) => {
      if (context.requests() === undefined) return "the fixture gives no `requests`";
      const { whole } = await requestsWhilePaused(context);
      return whole > lookAhead(context) + 1 || `the fixture's stream takes only ${whole} requests`;
    },
    run: async (context) => {
      const { whole, paused } = await requestsWhilePaused(context);
      ensure(
        paused <= lookAhead(context) + 1,
        `one batch was pulled, ${paused} of ${whole} requests were made: wait until the next is pulled`,
      );
    },
  },
  "reads on only as it is pulled": {
    applies: async (context) => {
      const { whole, batches } = await rowsWhilePaused(context);
      if (whole === 0) return "the driver reports no progress";
      return batches > lookAhead(context) + 1 || `the fixture's stream comes in ${batches} batches`;
    },
    run: async (context) => {
      const { whole, paused, batches } = await rowsWhilePaused(context);
      const allowed = ((lookAhead(context) + 1) * whole) / batches;
      ensure(paused <= allowed, `one batch was pulled, progress is ${paused} of ${whole} rows`);
    },
  },
});
