import type { ActivityEvent } from "@sonde/core/connector";
import type { Context, Opened } from "../context.js";
import { ensure, show } from "../ensure.js";
import { gather } from "../rows.js";
import { countsRequests, suite } from "../rule.js";

/** What the driver reports of finding, describing and reading the fixture's stream. */
async function reports(context: Context, opened?: Opened): Promise<readonly ActivityEvent[]> {
  const { driver, range } = opened ?? (await context.open());
  const call = context.call();
  await gather(driver.streams({}, call), 1);
  const stream = await driver.stream(context.fixture.stream.id, call);
  await stream.describe(call);
  await gather(stream.read(range ? { range } : {}, call));
  return call.activity;
}

export const observe = suite(
  "observe",
  {
    "reports every request": {
      applies: ({ fixture }) => fixture.requests !== undefined || "the fixture gives no `requests`",
      run: async (context) => {
        const opened = await context.open();
        const before = context.requests() ?? 0;
        const events = await reports(context, opened);
        const made = (context.requests() ?? 0) - before;
        const reported = events.filter(({ kind }) => kind === "request" || kind === "retry").length;
        ensure(reported >= made, `${made} requests were made, ${reported} reported: call.observe each when it has ended`);
      },
    },
    "reports where, how long and how much": async (context) => {
      for (const { kind, target, milliseconds, bytes } of await reports(context)) {
        ensure(["request", "retry", "pushdown", "cache", "close"].includes(kind), `an event is of kind ${show(kind)}`);
        ensure(typeof target === "string" && target !== "", `a ${kind} has no target`);
        ensure(Number.isFinite(milliseconds) && milliseconds >= 0, `the ${kind} of '${target}' took ${show(milliseconds)} ms`);
        ensure(Number.isSafeInteger(bytes) && bytes >= 0, `the ${kind} of '${target}' brought ${show(bytes)} bytes`);
      }
    },
    "reports no secret": async (context) => {
      for (const { target } of await reports(context)) {
        ensure(!/:\/\/[^/]*@/.test(target), "a target holds a user or a password before its host");
        for (const secret of context.fixture.secrets ?? []) ensure(!target.includes(secret), "a target holds a secret of the options");
      }
    },
  },
  countsRequests,
);
