import { newestFirst } from "./order.js";
import type { RunHeader } from "./types.js";

/** Runs that come newest first, with those of equal times put in order of their uids, which stores leave open. */
export async function* inOrder(runs: AsyncIterable<RunHeader>): AsyncGenerator<RunHeader, void, undefined> {
  let tied: RunHeader[] = [];
  for await (const run of runs) {
    if (tied[0] !== undefined && tied[0].start.time !== run.start.time) {
      yield* tied.sort(newestFirst);
      tied = [];
    }
    tied.push(run);
  }
  yield* tied.sort(newestFirst);
}
