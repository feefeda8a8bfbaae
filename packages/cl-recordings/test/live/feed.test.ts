import { isSondeError } from "@sonde/core";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Feed } from "../../src/live/feed.js";

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("publish" as const),
      ahead: fc.integer({ min: 1, max: 30 }),
      bytes: fc.integer({ min: 0, max: 40 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("read" as const), count: fc.integer({ min: 1, max: 6 }) }) },
);

it("gives a reader every item in order, or says where to resume without missing what is kept", async () => {
  let cases = 0;
  let overruns = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 80 }),
      fc.record({
        history: fc.integer({ min: 0, max: 100 }),
        bytes: fc.integer({ min: 1, max: 200 }),
        capacity: fc.integer({ min: 1, max: 10 }),
      }),
      async (steps, { history, bytes, capacity }) => {
        cases++;
        const feed = new Feed<bigint>({ name: "a feed", historyTicks: BigInt(history), historyBytes: bytes, capacity });
        const published: bigint[] = [];
        let reader = feed.follow({}, (tick) => tick);
        let next = 0;
        let tick = 0n;
        for (const { kind, ...given } of steps) {
          if (kind === "publish" && "ahead" in given) {
            tick += BigInt(given.ahead);
            published.push(tick);
            feed.publish(tick, { first: tick, last: tick }, given.bytes);
            continue;
          }
          for (let k = 0; "count" in given && k < given.count && next < published.length; k++) {
            try {
              expect((await reader.next()).value).toBe(published[next++]);
            } catch (error) {
              if (!isSondeError(error, "overrun") || error.resumeFrom === undefined) throw error;
              overruns++;
              const { resumeFrom } = error;
              // What is kept, it can resume with; and it is not sent back before what it has read.
              const from = published.findIndex((tick) => tick >= resumeFrom);
              expect(from).toBeGreaterThanOrEqual(next);
              expect(feed.kept()).toContain(published[from]);
              if (from > next) expect(feed.kept()).not.toContain(published[from - 1]);
              next = from;
              reader = feed.follow({ from: resumeFrom }, (tick) => tick);
            }
          }
        }
        feed.close();
        const kept = feed.kept();
        expect(kept).toEqual(published.slice(published.length - kept.length));
      },
    ),
    { numRuns: 400 },
  );
  console.log(`${cases} feeds read, ${overruns} overruns`);
});
