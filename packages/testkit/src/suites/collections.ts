import type { Collection, CollectionQuery } from "@sonde/core/connector";
import type { Context } from "../context.js";
import { ensure, show } from "../ensure.js";
import { equal } from "../equal.js";
import { gather } from "../rows.js";
import { driverHas, suite } from "../rule.js";

async function list(context: Context, query: CollectionQuery = {}): Promise<Collection[]> {
  const { driver } = await context.open();
  ensure(driver.collections, "the driver has no `collections`");
  return gather(driver.collections.list(query, context.call()), 1000);
}

const idsOf = (collections: readonly Collection[]) => collections.map(({ id }) => id);

export const collections = suite(
  "collections",
  {
    "are listed newest first, each id once": async (context) => {
      const all = await list(context);
      const ids = idsOf(all);
      ensure(new Set(ids).size === ids.length, "an id is listed twice");
      const times = all.flatMap(({ time }) => (time === undefined ? [] : [time]));
      ensure(
        times.every((time, index) => index === 0 || time <= (times[index - 1] ?? time)),
        () => `the times ascend: ${show(times)}`,
      );
      const { ids: wanted } = context.fixture.collections ?? {};
      if (wanted) ensure(equal(ids, wanted), () => `ids are ${show(ids)}, the fixture says ${show(wanted)}`);
    },
    "are listed by a half-open range": async (context) => {
      const all = (await list(context)).filter(({ time }) => time !== undefined);
      const [newest, oldest] = [all[0]?.time, all.at(-1)?.time];
      if (newest === undefined || oldest === undefined) return;
      const range = { start: oldest, end: newest };
      const wanted = idsOf(all.filter(({ time }) => time !== undefined && time >= range.start && time < range.end));
      const got = idsOf(await list(context, { range }));
      ensure(equal(got, wanted), () => `in [${range.start}, ${range.end}) are ${show(got)} instead of ${show(wanted)}`);
    },
    "are found by what they hold": {
      applies: ({ fixture }) => fixture.collections?.where !== undefined || "the fixture gives no `collections.where`",
      run: async (context) => {
        const { query = {}, ids = [] } = context.fixture.collections?.where ?? {};
        const got = idsOf(await list(context, { where: query }));
        ensure(equal(got, ids), () => `found ${show(got)}, the fixture says ${show(ids)}`);
      },
    },
    "lead to their streams": async (context) => {
      const { driver } = await context.open();
      for (const { id } of (await list(context)).slice(0, 5)) {
        for (const stream of await gather(driver.streams({ collection: id }, context.call()), 50)) {
          ensure(stream.collection === id, `streams of '${id}' hold '${stream.id}' of ${show(stream.collection)}`);
        }
      }
      const { collection } = (await context.open()).stream;
      if (collection !== undefined)
        ensure(idsOf(await list(context)).includes(collection), `'${collection}', where the fixture's stream is, is not listed`);
    },
  },
  driverHas("collections"),
);
