import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { type ByteSource, cached, delay, faulty, fromBytes, limited, type Observe, observed } from "../../src/bytes/index.js";
import type { Call } from "../../src/contract.js";
import { expectBytes, failureOf, live, millisecondsOf, pattern, readAll } from "./helpers.js";

const content = pattern(10_000);

/** A source that notes its reads, and takes its time over them. */
function noted(pause = 0): { readonly source: ByteSource; readonly reads: [number, number][]; readonly aborted: [number, number][] } {
  const inner = fromBytes(content, "run.h5");
  const reads: [number, number][] = [];
  const aborted: [number, number][] = [];
  const source: ByteSource = {
    ...inner,
    async read(range, call) {
      reads.push([range.start, range.end]);
      try {
        if (pause > 0) await delay(BigInt(pause) * 1_000_000n, call);
      } catch (reason) {
        aborted.push([range.start, range.end]);
        throw reason;
      }
      return inner.read(range, call);
    },
  };
  return { source, reads, aborted };
}

describe("cached", () => {
  test("gives what plain reads give, for any reads, blocks and room", async () => {
    const range = fc
      .tuple(fc.nat({ max: 10_000 }), fc.nat({ max: 3000 }))
      .map(([start, length]) => ({ start, end: Math.min(10_000, start + length) }));
    const runs = await fc.check(
      fc.asyncProperty(
        fc.array(fc.array(range, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 4000 }),
        fc.integer({ min: 0, max: 12_000 }),
        async (rounds, blockBytes, maxBytes) => {
          const source = cached(noted().source, { blockBytes: Math.max(blockBytes, 16), maxBytes });
          for (const round of rounds) {
            const parts = await Promise.all(round.map((asked) => source.read(asked, live)));
            for (const [index, part] of parts.entries()) expectBytes(part, content.subarray(round[index]!.start, round[index]!.end));
          }
        },
      ),
      { numRuns: 300 },
    );
    console.log(`cached: ${runs.numRuns} cases`);
    expect(runs.failed, fc.defaultReportMessage(runs)).toBe(false);
  });

  test("gives what plain reads give although reads fail and callers leave at random", async () => {
    const runs = await fc.check(
      fc.asyncProperty(
        fc.array(
          fc.record({ start: fc.nat({ max: 9000 }), length: fc.nat({ max: 900 }), leaves: fc.boolean(), after: fc.nat({ max: 2 }) }),
          { maxLength: 12 },
        ),
        fc.integer({ min: 1, max: 10 }),
        async (asks, failAt) => {
          const source = cached(faulty(noted(1).source, { failAt }), { blockBytes: 512, maxBytes: 4096 });
          const outcomes = await Promise.allSettled(
            asks.map(async ({ start, length, leaves, after }) => {
              await delay(BigInt(after) * 500_000n, live);
              const controller = new AbortController();
              const reading = source.read({ start, end: start + length }, controller);
              if (leaves) controller.abort("left");
              expectBytes(await reading, content.subarray(start, start + length));
            }),
          );
          for (const outcome of outcomes)
            if (outcome.status === "rejected" && outcome.reason !== "left") expect(outcome.reason).toMatchObject({ code: "connection" });
          expect(await source.read({ start: 0, end: 2000 }, live).catch(() => source.read({ start: 0, end: 2000 }, live))).toEqual(
            content.subarray(0, 2000),
          );
        },
      ),
      { numRuns: 60 },
    );
    console.log(`cached with faults: ${runs.numRuns} cases`);
    expect(runs.failed, fc.defaultReportMessage(runs)).toBe(false);
  });

  test("reads whole aligned blocks, missing neighbours at once, and nothing twice", async () => {
    const { source, reads } = noted();
    const kept = cached(source, { blockBytes: 1000, maxBytes: 100_000 });
    await kept.read({ start: 1500, end: 1600 }, live);
    await kept.read({ start: 1000, end: 2000 }, live);
    expect(reads).toEqual([[1000, 2000]]);
    await kept.read({ start: 500, end: 4500 }, live);
    expect(reads.slice(1)).toEqual([
      [0, 1000],
      [2000, 5000],
    ]);
    await kept.read({ start: 9999, end: 10_000 }, live);
    expect(reads.slice(3)).toEqual([[9000, 10_000]]);
  });

  test("joins reads of the same step into one, and those that come while it is under way", async () => {
    const { source, reads } = noted(5);
    const kept = cached(source, { blockBytes: 1000, maxBytes: 100_000 });
    await kept.size(live);
    const first = [0, 1, 2, 3].map((index) => kept.read({ start: index * 1000 + 10, end: index * 1000 + 20 }, live));
    await delay("1ms", live);
    const later = kept.read({ start: 2500, end: 3500 }, live);
    expectBytes((await Promise.all(first))[3]!, content.subarray(3010, 3020));
    expectBytes(await later, content.subarray(2500, 3500));
    expect(reads).toEqual([[0, 4000]]);
  });

  test("keeps no more than its room, and forgets what was used longest ago", async () => {
    const { source, reads } = noted();
    const kept = cached(source, { blockBytes: 1000, maxBytes: 3000 });
    const touch = (block: number) => kept.read({ start: block * 1000, end: block * 1000 + 1 }, live);
    for (const block of [0, 1, 2, 0, 3]) await touch(block);
    expect(reads).toHaveLength(4);
    await touch(0);
    expect(reads).toHaveLength(4);
    await touch(1);
    expect(reads.at(-1)).toEqual([1000, 2000]);
    await kept.read({ start: 100, end: 1700 }, live);
    expect(reads.at(-1)).toEqual([100, 1700]);
  });

  test("goes on for the others when one leaves, and stops when all have", async () => {
    const { source, reads, aborted } = noted(100);
    const kept = cached(source, { blockBytes: 1000 });
    const [leaver, other] = [new AbortController(), new AbortController()];
    const range = { start: 10, end: 20 };
    const [left, stays] = [kept.read(range, leaver), kept.read(range, other)];
    left.catch(() => {});
    await delay("3ms", live);
    leaver.abort("left");
    expect(await millisecondsOf(left)).toBeLessThan(50);
    await expect(left).rejects.toBe("left");
    expectBytes(await stays, content.subarray(10, 20));
    expect([reads.length, aborted.length]).toEqual([1, 0]);

    const alone = kept.read({ start: 5000, end: 5001 }, other);
    await delay("3ms", live);
    other.abort("left too");
    await expect(alone).rejects.toBe("left too");
    await delay("1ms", live);
    expect(aborted).toEqual([[5000, 6000]]);
    expectBytes(await kept.read({ start: 5000, end: 5001 }, live), content.subarray(5000, 5001));
  });

  test("keeps no failure: every call may fail once and the next succeeds", async () => {
    const work = async (source: ByteSource) => {
      const all = await source.read({ start: 100, end: 3300 }, live);
      return [all, await source.read({ start: 9000, end: 9500 }, live)];
    };
    let faults = 0;
    for (const forever of [false, true]) {
      for (let failAt = 1; ; failAt++) {
        const source = faulty(noted().source, { failAt, forever });
        const kept = cached(source, { blockBytes: 1000 });
        const outcome = await work(kept).catch((error: unknown) => error);
        if (source.failures === 0) {
          expect(failAt).toBeGreaterThan(3);
          break;
        }
        faults += 1;
        expect(outcome).toMatchObject({ code: "connection" });
        if (!forever) expect(await work(kept)).toEqual([content.subarray(100, 3300), content.subarray(9000, 9500)]);
        await kept.close();
        expect(source.closed).toBe(true);
      }
    }
    console.log(`cached: ${faults} faults`);
  });

  test("rejects with closed once closed, for what it held too, and refuses nonsense", async () => {
    const kept = cached(noted().source);
    await readAll(kept);
    await kept.close();
    await failureOf(kept.read({ start: 0, end: 10 }, live), "closed");
    for (const blockBytes of [0, -1, 1.5, Number.NaN]) expect(() => cached(noted().source, { blockBytes })).toThrow(/blockBytes/);
    await failureOf(cached(noted().source).read({ start: 0, end: 10_001 }, live), "format");
  });
});

test("limits one read and all reads together, before they are made", async () => {
  const { source, reads } = noted();
  const bounded = limited(source, { maxBytes: 100, maxTotalBytes: 250 });
  const one = await failureOf(bounded.read({ start: 0, end: 101 }, live), "limit");
  expect(one).toMatchObject({ what: "reading run.h5", asked: 101, allowed: 100, option: "maxBytes" });
  await bounded.read({ start: 0, end: 100 }, live);
  await bounded.read({ start: 0, end: 100 }, live);
  expect(await failureOf(bounded.read({ start: 0, end: 51 }, live), "limit")).toMatchObject({
    asked: 251,
    allowed: 250,
    option: "maxTotalBytes",
  });
  expect(await bounded.read({ start: 0, end: 50 }, live)).toHaveLength(50);
  await failureOf(bounded.read({ start: Number.NaN, end: 5 }, live), "format");
  await failureOf(bounded.read({ start: 0, end: 1 }, live), "limit");
  expect(reads).toHaveLength(4);
});

test("speaks of reads as a driver does", () => {
  expectTypeOf<Observe>().toEqualTypeOf<Call["observe"]>();
});

test("tells each read with its place, bytes and time, failed ones too", async () => {
  const events: Parameters<Observe>[0][] = [];
  const source = observed(faulty(noted(3).source, { failAt: 2 }), (event) => events.push(event));
  await source.read({ start: 5, end: 25 }, live);
  await source.read({ start: 0, end: 10 }, live).catch(() => {});
  expect(events).toMatchObject([
    { kind: "request", target: "run.h5 5-25", bytes: 20 },
    { kind: "request", target: "run.h5 0-10", bytes: 0 },
  ]);
  expect(events[0]?.milliseconds).toBeGreaterThan(1);
});

test("fails the call it was told to, once or from there on, with the error it was given", async () => {
  const once = faulty(fromBytes(content), { failAt: 2 });
  expect(await once.size(live)).toBe(10_000);
  expect(await failureOf(once.read({ start: 0, end: 1 }, live), "connection")).toMatchObject({ retryable: true });
  expect(await once.read({ start: 0, end: 1 }, live)).toHaveLength(1);
  expect([once.calls, once.failures, once.closed]).toEqual([3, 1, false]);
  const mine = new Error("mine");
  const forever = faulty(fromBytes(content), { failAt: 1, forever: true, error: mine });
  for (let call = 0; call < 3; call++) await expect(forever.size(live)).rejects.toBe(mine);
  await forever.close();
  expect([forever.failures, forever.closed]).toEqual([3, true]);
});

test("limits, observes and fails reads into memory that is there, where the source has them", async () => {
  const inner = fromBytes(content, "run.h5");
  const into: ByteSource = {
    ...inner,
    async readInto(target, { start, signal }) {
      target.set(await inner.read({ start, end: start + target.length }, { signal }));
    },
  };
  const events: Parameters<Observe>[0][] = [];
  const source = observed(limited(faulty(into, { failAt: 2 }), { maxBytes: 100, maxTotalBytes: 250 }), (event) => events.push(event));
  const target = new Uint8Array(90);
  await source.readInto?.(target, { start: 5, ...live });
  expectBytes(target, content.subarray(5, 95));
  await failureOf(Promise.resolve(source.readInto?.(target, { start: 5, ...live })), "connection");
  await failureOf(Promise.resolve(source.readInto?.(target, { start: 5, ...live })), "limit");
  await failureOf(Promise.resolve(source.readInto?.(new Uint8Array(101), { start: 5, ...live })), "limit");
  expect(events.map(({ target: name, bytes }) => [name, bytes])).toEqual([
    ["run.h5 5-95", 90],
    ["run.h5 5-95", 0],
    ["run.h5 5-95", 0],
    ["run.h5 5-106", 0],
  ]);
  for (const plain of [observed(inner, () => {}), limited(inner, {}), faulty(inner, { failAt: 9 }), cached(into)]) {
    expect(plain.readInto).toBeUndefined();
  }
});
