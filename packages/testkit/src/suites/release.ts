import type { Context } from "../context.js";
import { ensure, leaving, pause, within } from "../ensure.js";
import { ensureSameRows, readRows } from "../rows.js";
import { suite } from "../rule.js";

/** Begins a read, takes some batches and leaves, as `break` in a `for await` does. */
async function leave(context: Context, batches: number): Promise<AsyncIterator<unknown>> {
  const { stream, range } = await context.open();
  const iterator = stream.read(range ? { range } : {}, context.call())[Symbol.asyncIterator]();
  for (let taken = 0; taken < batches; taken++) if ((await iterator.next()).done) break;
  if (iterator.return === undefined && batches > 0)
    ensure(false, "the iterator has no return(): `break` can't release what it holds; write an async generator");
  await within(2000, `leaving after ${batches} batches`, leaving(iterator));
  return iterator;
}

export const release = suite("release", {
  "ends a read that is left": async (context) => {
    for (const batches of [0, 1, 2]) {
      const next = await within(2000, "next() after leaving", (await leave(context, batches)).next());
      ensure(next.done, `a read that was left after ${batches} batches goes on`);
    }
  },
  "makes no more requests once a read is left": {
    applies: (context) => context.requests() !== undefined || "the fixture gives no `requests`",
    run: async (context) => {
      await leave(context, 1);
      const requests = context.requests() ?? 0;
      await pause(60);
      const more = (context.requests() ?? 0) - requests;
      ensure(more === 0, `${more} more requests after the read was left`);
    },
  },
  "lets go of files and sockets": {
    applies: ({ fixture }) => fixture.handles !== undefined || "the fixture gives no `handles`",
    run: async (context) => {
      const { handles = () => 0 } = context.fixture;
      await context.open();
      const before = handles();
      for (const batches of [0, 1, 2]) await leave(context, batches);
      // Closing may take a turn of the event loop.
      for (let turn = 0; turn < 20 && handles() > before; turn++) await pause(10);
      ensure(handles() <= before, `${handles() - before} handles are still open after reads were left`);
    },
  },
  "reads as ever after a read was left": async (context) => {
    const wanted = await context.rows();
    await leave(context, 1);
    const { stream, range } = await context.open();
    ensureSameRows(await readRows(stream.read(range ? { range } : {}, context.call())), wanted, "the read after");
  },
});
