import type { Context } from "../context.js";
import { ensure, leaving, pause } from "../ensure.js";
import { gather } from "../rows.js";
import { suite } from "../rule.js";

/** What a read took in all, and what one took that was paused after its first batch. */
interface Measured {
  readonly batches: number;
  readonly requests: { readonly whole: number; readonly first: number; readonly paused: number };
  /** As the driver reports its progress. */
  readonly rows: { readonly whole: number; readonly paused: number };
}

async function measure(context: Context): Promise<Measured> {
  const { stream, range } = await context.open();
  const query = range ? { range } : {};
  const [all, call] = [context.call(), context.call()];
  let before = context.requests() ?? 0;
  const sinceThen = () => (context.requests() ?? 0) - before;
  const { length: batches } = await gather(stream.read(query, all));
  const whole = sinceThen();
  before += whole;
  const iterator = stream.read(query, call)[Symbol.asyncIterator]();
  await iterator.next();
  const first = sinceThen();
  await pause(100);
  const measured = {
    batches,
    requests: { whole, first, paused: sinceThen() },
    rows: { whole: all.progress.at(-1)?.rows ?? 0, paused: call.progress.at(-1)?.rows ?? 0 },
  };
  await leaving(iterator);
  return measured;
}

const lookAhead = (context: Context) => context.fixture.lookAhead ?? 4;

export const backpressure = suite("backpressure", {
  "asks for little more than is pulled": {
    applies: async (context) => {
      if (context.requests() === undefined) return "the fixture gives no `requests`";
      const { batches, requests } = await measure(context);
      // Else an eager driver can't be told from one that looks ahead.
      const enough = batches > 2 && requests.whole > 2 * lookAhead(context);
      return enough || `the fixture's stream is too small: ${batches} batches by ${requests.whole} requests`;
    },
    run: async (context) => {
      const { requests } = await measure(context);
      const { whole, first, paused } = requests;
      const allowed = lookAhead(context);
      ensure(paused - first <= allowed, `nobody pulled, but ${paused - first} requests were made: wait until the next batch is asked for`);
      ensure(
        paused <= allowed + whole / 2,
        `one batch was pulled, but ${paused} of ${whole} requests were made: yield what is complete first`,
      );
    },
  },
  "reads on only as it is pulled": {
    applies: async (context) => {
      const { batches, rows } = await measure(context);
      if (rows.whole === 0) return "the driver reports no progress";
      return batches > lookAhead(context) + 1 || `the fixture's stream comes in ${batches} batches`;
    },
    run: async (context) => {
      const { batches, rows } = await measure(context);
      const allowed = ((lookAhead(context) + 1) * rows.whole) / batches;
      ensure(rows.paused <= allowed, `one batch of ${batches} was pulled, but progress is at ${rows.paused} of ${rows.whole} rows`);
    },
  },
});
