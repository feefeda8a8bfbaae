import { isSondeError, type StreamDriver, type Versions } from "@sonde/core/connector";
import { continuation } from "../appending.js";
import type { Context } from "../context.js";
import { ensure, rejection, show } from "../ensure.js";
import { ensureSameRows, gather, readRows } from "../rows.js";
import { streamHas, suite } from "../rule.js";

async function versioned(
  context: Context,
): Promise<{ stream: StreamDriver; versions: Versions; change: (() => Promise<void>) | undefined }> {
  const { stream, driver } = await context.openFor("versions");
  const { append, versions } = stream;
  ensure(versions, "the stream has no `versions`");
  const given = context.fixture.versions;
  const change = given?.change
    ? async () => given.change?.(stream, driver)
    : append && context.fixture.append
      ? async () => append.rows(await continuation(context, stream), context.call())
      : undefined;
  return { stream, versions, change };
}

const canChange = async (context: Context) =>
  (await versioned(context)).change !== undefined || "the fixture gives neither `versions.change` nor `append`";

export const versions = suite(
  "versions",
  {
    "name the current one, as `describe` does": async (context) => {
      const { stream, versions } = await versioned(context);
      const current = await versions.current(context.call());
      ensure(typeof current === "string" && current !== "", `the current version is ${show(current)}`);
      const { version } = await stream.describe(context.call());
      ensure(version === current, `describe() says ${show(version)}, current() ${show(current)}`);
    },
    "read the current one as it is": async (context) => {
      const { stream, versions } = await versioned(context);
      const { range } = await context.openFor("versions");
      const query = range ? { range } : {};
      const version = await versions.current(context.call());
      ensureSameRows(
        await readRows(stream.read({ ...query, version }, context.call())),
        await context.rows(stream.id, range),
        `version ${version}`,
      );
    },
    "change with the data, and read the old as it was": {
      applies: canChange,
      run: async (context) => {
        const { stream, versions, change } = await versioned(context);
        const old = await versions.current(context.call());
        const before = await readRows(stream.read({}, context.call()));
        await change?.();
        const current = await versions.current(context.call());
        ensure(current !== old, `the data changed, the version is still ${show(old)}`);
        ensureSameRows(await readRows(stream.read({ version: old }, context.call())), before, `version ${old} after a change`);
      },
    },
    "name the ranges that changed": {
      applies: async (context) => {
        const verdict = await canChange(context);
        return verdict === true ? (await versioned(context)).versions.changes !== undefined || "the versions have no `changes`" : verdict;
      },
      run: async (context) => {
        const { stream, versions, change } = await versioned(context);
        const old = await versions.current(context.call());
        const before = await readRows(stream.read({}, context.call()));
        await change?.();
        const current = await versions.current(context.call());
        const after = await readRows(stream.read({}, context.call()));
        const ranges = versions.changes ? await gather(versions.changes(old, current, context.call())) : [];
        const had = new Set(before.times);
        for (const time of after.times.filter((time) => !had.has(time))) {
          ensure(
            ranges.some(({ start, end }) => start <= time && time < end),
            `the row at ${time} is new, but in none of ${ranges.length} changed ranges`,
          );
        }
        const none = versions.changes ? await gather(versions.changes(current, current, context.call())) : [];
        ensure(none.length === 0, "a version differs from itself");
      },
    },
    "refuse one that there is not": async (context) => {
      const { stream } = await versioned(context);
      const version = "sonde-testkit-no-such-version";
      const error = await rejection(`reading version '${version}'`, () => readRows(stream.read({ version }, context.call())));
      ensure(isSondeError(error), `${show(error)} is no Sonde error`);
      ensure(error.message.includes(version), `the message does not name '${version}': ${error.message}`);
    },
  },
  streamHas("versions"),
);
