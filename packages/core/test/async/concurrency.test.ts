import fc from "fast-check";
import { expect, test } from "vitest";
import { delay } from "../../src/async/delay.js";
import { mapConcurrent } from "../../src/async/map.js";
import { semaphore } from "../../src/async/semaphore.js";

const live = { signal: new AbortController().signal };

test("runs at most so many tasks and starts them in the order in which they came", async () => {
  const gate = semaphore(3);
  const order: number[] = [];
  let running = 0;
  let most = 0;
  const task = (index: number) => async () => {
    order.push(index);
    most = Math.max(most, ++running);
    await delay(BigInt(index % 4) * 1_000_000n, live);
    running -= 1;
    return index;
  };
  const results = await Promise.all(Array.from({ length: 30 }, (_, index) => gate.run(task(index), live)));
  expect(results).toEqual(order);
  expect(most).toBe(3);
  expect([gate.running, gate.waiting]).toEqual([0, 0]);
});

test("lets a waiter leave the queue and gives its place to the next", async () => {
  const gate = semaphore(1);
  const controller = new AbortController();
  const first = gate.run(() => delay("20ms", live), live);
  let ran = false;
  const leaver = gate.run(async () => {
    ran = true;
  }, controller);
  const last = gate.run(async () => "last", live);
  controller.abort("tired");
  await expect(leaver).rejects.toBe("tired");
  expect(gate.waiting).toBe(1);
  await first;
  expect(await last).toBe("last");
  expect(ran).toBe(false);
});

test("frees the permit of a task that fails, and runs none for an aborted signal", async () => {
  const gate = semaphore(1);
  await expect(gate.run(() => Promise.reject(new Error("task")), live)).rejects.toThrow("task");
  await expect(gate.run(async () => 1, { signal: AbortSignal.abort("no") })).rejects.toBe("no");
  expect(await gate.run(async () => 2, live)).toBe(2);
  expect(() => semaphore(0)).toThrow(/permits/);
});

test("maps in order whatever finishes first, never further ahead than told", async () => {
  const runs = await fc.check(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 3 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 6 }),
      fc.boolean(),
      async (pauses, concurrency, asynchronous) => {
        let started = 0;
        let taken = 0;
        async function* later() {
          yield* pauses.entries();
        }
        const results: number[] = [];
        const mapped = mapConcurrent(
          asynchronous ? later() : pauses.entries(),
          concurrency,
          async ([index, pause]) => {
            started += 1;
            expect(started - taken).toBeLessThanOrEqual(concurrency + 1);
            await delay(BigInt(pause) * 300_000n, live);
            return index;
          },
          live,
        );
        for await (const result of mapped) {
          taken += 1;
          results.push(result);
        }
        expect(results).toEqual([...pauses.keys()]);
      },
    ),
    { numRuns: 60 },
  );
  console.log(`mapConcurrent: ${runs.numRuns} cases`);
  expect(runs.failed, fc.defaultReportMessage(runs)).toBe(false);
});

test("throws a failure in its place, after the results before it, and aborts what runs beside it", async () => {
  const aborted: number[] = [];
  const results: number[] = [];
  const mapped = mapConcurrent(
    [0, 1, 2, 3, 4],
    3,
    async (item, { signal }) => {
      if (item === 2) throw new Error("item 2");
      if (item > 2) {
        await delay("1h", { signal }).catch((reason) => {
          aborted.push(item);
          throw reason;
        });
      }
      await delay("2ms", live);
      return item;
    },
    live,
  );
  await expect(
    (async () => {
      for await (const result of mapped) results.push(result);
    })(),
  ).rejects.toThrow("item 2");
  expect(results).toEqual([0, 1]);
  await delay("2ms", live);
  expect(aborted).toEqual([3, 4]);
});

test("returns the iterator and aborts the transforms when the consumer breaks", async () => {
  let returned = false;
  const signals: AbortSignal[] = [];
  async function* items() {
    try {
      for (let item = 0; ; item++) yield item;
    } finally {
      returned = true;
    }
  }
  const mapped = mapConcurrent(
    items(),
    4,
    async (item, { signal }) => {
      signals.push(signal);
      return item;
    },
    live,
  );
  for await (const item of mapped) if (item === 5) break;
  expect(returned).toBe(true);
  expect(signals.every((signal) => signal.aborted)).toBe(true);
});

test("ends within a tick when aborted, although an item or the iterator hangs", async () => {
  for (const hanging of ["item", "iterator"]) {
    const controller = new AbortController();
    const items: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => (hanging === "iterator" ? new Promise<never>(() => {}) : { done: false, value: 1 }),
        return: () => new Promise<never>(() => {}),
      }),
    };
    const mapped = mapConcurrent(items, 2, () => new Promise<never>(() => {}), controller);
    const first = mapped.next();
    await delay("5ms", live);
    const started = performance.now();
    controller.abort("user");
    await expect(first).rejects.toBe("user");
    expect(performance.now() - started).toBeLessThan(50);
  }
});

test("passes on what the iterator throws, after what it gave before", async () => {
  async function* items() {
    yield 1;
    throw new Error("listing broke");
  }
  const results: number[] = [];
  await expect(
    (async () => {
      for await (const result of mapConcurrent(items(), 3, async (item) => item, live)) results.push(result);
    })(),
  ).rejects.toThrow("listing broke");
  expect(results).toEqual([1]);
});
