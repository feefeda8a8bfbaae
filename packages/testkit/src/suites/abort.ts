import { type ContractCall, contractCalls } from "../calls.js";
import type { Context } from "../context.js";
import { ensure, ensureReason, pause, rejection, within } from "../ensure.js";
import { fixtureGives, type Rule, suite } from "../rule.js";
import { recordSignal } from "../signal.js";
import { promptly } from "./promptly.js";

const openFor = (context: Context, { capability }: ContractCall) => (capability ? context.openFor(capability) : context.open());

async function presence(context: Context, call: ContractCall): Promise<boolean> {
  const { driver, stream } = await openFor(context, call);
  return call.present(driver, stream);
}

/** One rule for each call, so that the report names the one that does not listen. */
const stopped: readonly Rule[] = contractCalls.map((call) => ({
  name: `stops ${call.name} at an aborted signal, before any request`,
  suite: "abort",
  applies: async (context) => (await presence(context, call)) || `there is no ${call.name}`,
  async run(context) {
    const target = { ...(await openFor(context, call)), context };
    const reason = new Error("aborted before the call");
    // What a call needs to know first, it asks under a signal of its own; after this warm-up that costs no request of the second.
    const warm = context.call();
    const before = call.name === "live.follow" ? context.requests() : await requestsOf(context, () => call.first(target, warm));
    const made = context.call();
    made.abort(reason);
    const start = context.requests() ?? 0;
    const error = await within(
      2000,
      `${call.name} under an aborted signal`,
      rejection(`${call.name} under an aborted signal`, () => call.first(target, made)),
    );
    ensureReason(error, reason, `${call.name} under an aborted signal`);
    const requests = (context.requests() ?? 0) - start;
    // Only what the kit itself asked on the way may have been requested: less than the whole call takes.
    ensure(before === undefined || requests === 0 || requests < before, `${call.name} made ${requests} requests under an aborted signal`);
  },
}));

async function requestsOf(context: Context, run: () => Promise<unknown>): Promise<number | undefined> {
  const before = context.requests();
  await run();
  const after = context.requests();
  return before === undefined || after === undefined ? undefined : after - before;
}

/** Aborts a read at `when`, and measures until it rejects. */
async function abortedRead(context: Context, when: "before" | "between" | "during"): Promise<number> {
  const wanted = (await context.rows()).times.length;
  const { stream, range } = await context.open();
  const call = context.call();
  const reason = { why: `aborted ${when}` };
  const what = `a read aborted ${when === "before" ? "before its first batch" : when === "between" ? "after its first batch" : "while a batch is under way"}`;
  const iterator = stream.read(range ? { range } : {}, call)[Symbol.asyncIterator]();
  let rows = 0;
  const take = async (pending: Promise<IteratorResult<{ readonly numRows: number }>>) => {
    const next = await pending;
    if (!next.done) rows += next.value.numRows;
    return next;
  };
  if (when === "between") await take(iterator.next());
  const pending = when === "during" ? take(iterator.next()) : undefined;
  pending?.catch(() => {});
  await Promise.resolve();
  const start = performance.now();
  call.abort(reason);
  let error: unknown;
  try {
    // A batch that was complete may still come; the one after it may not.
    if (pending) await within(2000, what, pending);
    if (rows >= wanted) return 0;
    await within(2000, what, take(iterator.next()));
  } catch (thrown) {
    error = thrown;
  }
  const taken = performance.now() - start;
  ensure(error !== undefined, `${what} went on after ${rows} of ${wanted} rows`);
  ensureReason(error, reason, what);
  const requests = context.requests();
  await pause(30);
  ensure(context.requests() === requests, `${what} made more requests afterwards`);
  return taken;
}

export const abort: readonly Rule[] = [
  ...suite("abort", {
    "stops connect at an aborted signal": async (context) => {
      const call = context.call();
      const reason = new Error("aborted before connect");
      call.abort(reason);
      ensureReason(
        await rejection("connect() under an aborted signal", () => context.connect(undefined, call)),
        reason,
        "connect() under an aborted signal",
      );
    },
    "stops a read before its first batch": (context) => promptly("a read", () => abortedRead(context, "before")),
    "stops a read between batches": (context) => promptly("a read", () => abortedRead(context, "between")),
    "stops a read while a batch is under way": (context) => promptly("a read", () => abortedRead(context, "during")),
    "looks at the signal of every call": async (context) => {
      for (const contractCall of contractCalls) {
        if (!(await presence(context, contractCall))) continue;
        const target = { ...(await openFor(context, contractCall)), context };
        const controller = new AbortController();
        const { signal, touches } = recordSignal(controller.signal);
        const started = contractCall.first(target, context.call(signal));
        started.catch(() => {});
        // A follower waits for ever; whatever it does with its signal, it does at once.
        await Promise.race([started.catch(() => {}), pause(contractCall.name === "live.follow" ? 50 : 2000)]);
        controller.abort(new Error("seen enough"));
        ensure(touches.length > 0, `${contractCall.name} never looked at its signal: pass call.signal on, or call throwIfAborted`);
        await Promise.race([started.catch(() => {}), pause(1000)]);
      }
    },
    "gives every request a signal": {
      applies: ({ fixture }) => typeof fixture.requests?.() === "object" || "the fixture's `requests` are not recorded one by one",
      run: async (context) => {
        const recorded = () => {
          const requests = context.fixture.requests?.();
          return typeof requests === "object" ? requests : [];
        };
        const start = recorded().length;
        for (const contractCall of contractCalls) {
          if (contractCall.name === "live.follow" || !(await presence(context, contractCall))) continue;
          await contractCall.first({ ...(await openFor(context, contractCall)), context }, context.call());
        }
        const bare = recorded()
          .slice(start)
          .find(({ signal }) => signal === undefined);
        ensure(bare === undefined, `the request of ${bare?.target} has no signal`);
      },
    },
    "stops waiting for a silent archive": {
      applies: fixtureGives("silent"),
      run: (context) =>
        promptly("a call to a silent archive", async () => {
          const call = context.call();
          const reason = new Error("tired of waiting");
          const pending = rejection("a silent archive", async () => {
            const driver = await context.connect(context.fixture.silent, call);
            const stream = await driver.stream(context.fixture.stream.id, call);
            await stream.describe(call);
            for await (const _ of stream.read({}, call));
          });
          pending.catch(() => {});
          await pause(30);
          const start = performance.now();
          call.abort(reason);
          ensureReason(await within(2000, "a call to a silent archive", pending), reason, "a call to a silent archive");
          return performance.now() - start;
        }),
    },
  }),
  ...stopped,
];
