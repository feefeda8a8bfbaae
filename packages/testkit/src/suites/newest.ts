import { schemaText } from "@sonde/core/connector";
import type { Context } from "../context.js";
import { ensure } from "../ensure.js";
import { endOfTime, ensureSameRows, pick, type Rows, readRows } from "../rows.js";
import { streamHas, suite } from "../rule.js";

/** All rows and the last `rows`; a fixture's range is no bound here, so all means up to the end. */
async function newestOf(context: Context, rows: number, columns?: readonly string[]): Promise<{ all: Rows; got: Rows }> {
  const { stream, range } = await context.openFor("newest");
  const all = await readRows(stream.read(range ? { range: { start: range.start, end: endOfTime } } : {}, context.call()));
  ensure(stream.newest, "the stream has no `newest`");
  return { all, got: await readRows(stream.newest.read({ rows, ...(columns ? { columns } : {}) }, context.call())) };
}

export const newest = suite(
  "newest",
  {
    "gives the last rows, ascending": async (context) => {
      for (const rows of [1, 2, 5, 100]) {
        const { all, got } = await newestOf(context, rows);
        const from = all.times.length - rows;
        if (from < 0) continue;
        ensureSameRows(
          got,
          pick(all, (_, row) => row >= from),
          `newest ${rows}`,
        );
      }
    },
    "gives all where there are not so many": async (context) => {
      if ((await context.openFor("newest")).range !== undefined) return;
      const { times } = await context.rows(context.fixture.newest?.stream);
      const { all, got } = await newestOf(context, times.length + 10);
      ensureSameRows(got, all, `newest ${times.length + 10} of ${times.length}`);
    },
    "gives the described schema, and no empty batch": async (context) => {
      const { stream } = await context.openFor("newest");
      const wanted = schemaText((await stream.describe(context.call())).schema);
      const { got } = await newestOf(context, 3);
      for (const batch of got.batches) {
        ensure(batch.numRows > 0, "a batch has no rows: leave it out");
        ensure(schemaText(batch.schema) === wanted, `a batch has ${schemaText(batch.schema)}, describe() says ${wanted}`);
      }
    },
    "projects to `time` and the columns asked for": async (context) => {
      const { stream } = await context.openFor("newest");
      const column = (await stream.describe(context.call())).schema.fields.at(-1)?.name ?? "time";
      const { all, got } = await newestOf(context, 2, [column]);
      ensureSameRows(
        got,
        pick(all, (_, row) => row >= all.times.length - 2, [column]),
        `newest 2 of '${column}'`,
      );
    },
    "gives nothing for no rows": async (context) => {
      const { got } = await newestOf(context, 0);
      ensure(got.times.length === 0, `newest 0 gave ${got.times.length} rows`);
    },
  },
  streamHas("newest"),
);
