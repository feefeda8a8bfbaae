import { isSondeError, type SondeError, type SondeErrorCode, timesOf } from "@sonde/core/connector";
import type { Context } from "../context.js";
import { ensure, rejection, rejects, show } from "../ensure.js";
import { fixtureGives, suite } from "../rule.js";

/** Connects, finds the fixture's stream and reads it: somewhere on the way `options` must fail with `code`. */
const failing = <Code extends SondeErrorCode>(context: Context, code: Code, options: unknown): Promise<SondeError<Code>> =>
  rejects(code, "connecting, describing and reading", async () => {
    const driver = await context.connect(options);
    const stream = await driver.stream(context.fixture.stream.id, context.call());
    await stream.describe(context.call());
    for await (const _ of stream.read({}, context.call()));
  });

async function damaged(context: Context): Promise<{ rows: number; error: unknown }> {
  const { options, stream: id = "" } = context.fixture.damaged ?? {};
  const driver = await context.connect(options);
  const stream = await driver.stream(id, context.call());
  let rows = 0;
  const error = await rejection("reading the damaged stream", async () => {
    for await (const batch of stream.read({}, context.call())) rows += timesOf(batch).length;
  });
  return { rows, error };
}

export const errors = suite("errors", {
  "delivers what is complete before the damage": {
    applies: fixtureGives("damaged"),
    run: async (context) => {
      const { rows } = await damaged(context);
      const wanted = context.fixture.damaged?.rows ?? 0;
      ensure(rows === wanted, `${rows} rows came before the error, ${wanted} are complete`);
    },
  },
  "rejects damage as `format`, and says where": {
    applies: fixtureGives("damaged"),
    run: async (context) => {
      const { error } = await damaged(context);
      const { key } = context.fixture.damaged ?? {};
      ensure(isSondeError(error, "format"), `${show(error)} is not format`);
      ensure(typeof error.key === "string" && error.key !== "", "the error has no `key`: which file, dataset or chunk?");
      ensure(key === undefined || error.key === key, `the error names '${error.key}', the damage is in '${key}'`);
      ensure(error.message.includes(error.key), `the message does not name '${error.key}': ${error.message}`);
    },
  },
  "rejects wrong credentials as `auth`": {
    applies: fixtureGives("unauthorised"),
    run: async (context) => {
      await failing(context, "auth", context.fixture.unauthorised);
    },
  },
  "rejects a dead archive as `connection`, retryable": {
    applies: fixtureGives("unreachable"),
    run: async (context) => {
      const { retryable } = await failing(context, "connection", context.fixture.unreachable);
      ensure(retryable === true, "a dead archive may live again: retryable is true");
    },
  },
  "keeps secrets out of errors": {
    applies: fixtureGives("secrets"),
    run: async (context) => {
      const { fixture } = context;
      const { driver, stream } = await context.open();
      const caught: unknown[] = [await rejection("an unknown stream", () => driver.stream("sonde-testkit-no-such-stream", context.call()))];
      caught.push(
        await rejection("an unknown column", async () => {
          for await (const _ of stream.read({ columns: ["sonde-testkit-no-such-column"] }, context.call()));
        }),
      );
      for (const options of [fixture.unauthorised, fixture.unreachable]) {
        if (options === undefined) continue;
        try {
          await (await (await context.connect(options)).stream(fixture.stream.id, context.call())).describe(context.call());
        } catch (error) {
          caught.push(error);
        }
      }
      if (fixture.damaged) caught.push((await damaged(context)).error);
      for (const text of caught.map(everything)) {
        for (const secret of fixture.secrets ?? [])
          ensure(!text.includes(secret), "an error holds a secret of the options, in its message, fields or cause");
      }
    },
  },
});

/** All that a log could print of an error, its causes included. */
function everything(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return String(error);
  const fields = Object.entries(error).map(([key, value]) => `${key}=${String(value)}`);
  return [error.message, error.stack, ...fields, depth < 8 && error.cause !== undefined ? everything(error.cause, depth + 1) : ""].join(
    "\n",
  );
}
