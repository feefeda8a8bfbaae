import { getEventListeners } from "node:events";
import { afterEach, expect, test, vi } from "vitest";
import { delay, timerMilliseconds } from "../../src/async/delay.js";
import { raceAbort } from "../../src/async/race.js";
import { share } from "../../src/async/shared.js";
import { turn } from "../../src/async/turn.js";

const never = () => new Promise<never>(() => {});
const live = new AbortController().signal;

afterEach(() => void vi.unstubAllGlobals());

test("gives the promise's own outcome when nobody aborts", async () => {
  expect(await raceAbort(Promise.resolve(7), live)).toBe(7);
  await expect(raceAbort(Promise.reject("broken"), live)).rejects.toBe("broken");
  expect(getEventListeners(live, "abort")).toHaveLength(0);
});

test("rejects with the reason at once while the promise hangs", async () => {
  const controller = new AbortController();
  const race = raceAbort(never(), controller.signal);
  const reason = new Error("stop");
  controller.abort(reason);
  await expect(race).rejects.toBe(reason);
});

test("leaves no unhandled rejection when the promise fails after the abort", async () => {
  // The runner fails the file on any.
  const late = new Promise((_, reject) => setTimeout(reject, 5, new Error("late")));
  await expect(raceAbort(late, AbortSignal.abort("first"))).rejects.toBe("first");
  await delay("15ms", { signal: live });
});

test("waits no shorter than asked and not at all once aborted", async () => {
  const started = performance.now();
  await delay(20_000_000n, { signal: live });
  expect(performance.now() - started).toBeGreaterThan(18);
  const controller = new AbortController();
  const wait = delay("1h", { signal: controller.signal });
  controller.abort("enough");
  await expect(wait).rejects.toBe("enough");
  await expect(delay("1h", { signal: AbortSignal.abort("before") })).rejects.toBe("before");
});

test("turns nanoseconds into whole milliseconds that a timer can take", () => {
  expect([0n, 1n, 1_000_000n, 1_000_001n, 10n ** 30n].map(timerMilliseconds)).toEqual([0, 1, 1, 2, 2 ** 31 - 1]);
});

test("lets timers and aborts through while many readers decode without a pause", async () => {
  const controller = new AbortController();
  // Processor time, for the clock also runs while other programs do.
  const spent = (since: NodeJS.CpuUsage) => {
    const { user, system } = process.cpuUsage(since);
    return (user + system) / 1000;
  };
  const start = process.cpuUsage();
  let atAbort = start;
  setTimeout(() => {
    atAbort = process.cpuUsage();
    controller.abort("user");
  }, 30);
  const readers = Array.from({ length: 20 }, async () => {
    for (;;) {
      const until = performance.now() + 0.5;
      while (performance.now() < until);
      const wait = turn(controller.signal);
      if (wait) await wait;
      // A reader that only ever resolves promises starves timers otherwise.
      else await undefined;
    }
  });
  const outcomes = await Promise.allSettled(readers);
  expect(outcomes.every((outcome) => outcome.status === "rejected" && outcome.reason === "user")).toBe(true);
  expect(spent(start)).toBeLessThan(150);
  expect(spent(atAbort)).toBeLessThan(50);
});

test("costs nothing while no turn is due", async () => {
  const wait = turn(live);
  if (wait) await wait;
  while (turn(live) !== undefined) await new Promise(setImmediate);
  expect(turn(live)).toBeUndefined();
});

test("takes turns in a browser by messages, and by timers where there are none", async () => {
  for (const channel of [globalThis.MessageChannel, undefined]) {
    const ports: MessagePort[] = [];
    vi.resetModules();
    vi.stubGlobal("setImmediate", undefined);
    const Noted =
      channel &&
      class extends channel {
        constructor() {
          super();
          ports.push(this.port1);
        }
      };
    vi.stubGlobal("MessageChannel", Noted);
    const browser = await import("../../src/async/turn.js");
    const until = performance.now() + 10;
    while (performance.now() < until);
    let timer = false;
    setTimeout(() => {
      timer = true;
    }, 0);
    const turns = [browser.turn(live), browser.turn(live)];
    expect(turns.every((wait) => wait instanceof Promise)).toBe(true);
    await Promise.all(turns);
    expect(ports).toHaveLength(channel ? 1 : 0);
    if (!channel) expect(timer).toBe(true);
    for (const port of ports) port.close();
  }
});

test("refuses a turn to an aborted signal", async () => {
  await expect(turn(AbortSignal.abort("no"))).rejects.toBe("no");
});

test("goes on with shared work when the one who started it leaves, and stops it when everybody has", async () => {
  let stopped: unknown;
  const start = () =>
    share(async ({ signal }) => {
      await delay("20ms", { signal }).catch((reason) => {
        stopped = reason;
        throw reason;
      });
      return "done";
    });
  const [first, second] = [new AbortController(), new AbortController()];
  const kept = start();
  const [left, stayed] = [kept.join(first), kept.join(second)];
  first.abort("first");
  await expect(left).rejects.toBe("first");
  expect(await stayed).toBe("done");
  expect([stopped, kept.abandoned]).toEqual([undefined, false]);

  const dropped = start();
  const only = dropped.join(second);
  second.abort("second");
  await expect(only).rejects.toBe("second");
  expect([stopped, dropped.abandoned]).toEqual(["second", true]);
});
