import { getEventListeners } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { follow } from "../../src/async/follow.js";
import { raceAbort } from "../../src/async/race.js";

test("gives the reason of the first parent that aborts, unwrapped", () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const own = follow([first.signal, second.signal]);
  const reason = { why: "user" };
  second.abort(reason);
  first.abort("later");
  expect(own.signal.reason).toBe(reason);
});

test("is aborted from the start when a parent was, and listens to nobody", () => {
  const parent = new AbortController();
  const own = follow([parent.signal, AbortSignal.abort("gone")]);
  expect(own.signal.reason).toBe("gone");
  expect(getEventListeners(parent.signal, "abort")).toHaveLength(0);
});

test("aborts itself without touching its parents or their other followers", () => {
  const parent = new AbortController();
  const [one, other] = [follow([parent.signal]), follow([parent.signal])];
  one.abort("mine");
  expect([one.signal.reason, other.signal.aborted, parent.signal.aborted]).toEqual(["mine", false, false]);
});

test("follows no more once released", () => {
  const parent = new AbortController();
  const own = follow([parent.signal]);
  own.release();
  own.release();
  parent.abort("late");
  expect(own.signal.aborted).toBe(false);
});

test("puts one listener on a signal for any number of followers and races, and none once they are gone", async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on("warning", note);
  const parent = new AbortController();
  const followers = Array.from({ length: 40 }, () => follow([parent.signal]));
  const races = Array.from({ length: 40 }, () => raceAbort(new Promise<number>((done) => setTimeout(done, 5)), parent.signal));
  expect(getEventListeners(parent.signal, "abort")).toHaveLength(1);
  await Promise.all(races);
  for (const own of followers) own.release();
  expect(getEventListeners(parent.signal, "abort")).toHaveLength(0);
  await new Promise(setImmediate);
  process.off("warning", note);
  expect(warnings).toEqual([]);
});

test("reaches every follower although some release others while it aborts", () => {
  const parent = new AbortController();
  const followers = Array.from({ length: 20 }, () => follow([parent.signal]));
  for (const [index, own] of followers.entries()) own.signal.addEventListener("abort", () => followers[index + 1]?.release());
  parent.abort("all");
  // Each even one aborts and releases its neighbour before that one's turn.
  expect(followers.map((own) => own.signal.aborted)).toEqual(followers.map((_, index) => index % 2 === 0));
});

test("leaves no memory behind after 600,000 calls on one signal", () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const parent = new AbortController();
  const run = (calls: number) => {
    for (let call = 0; call < calls; call++) follow([parent.signal]).release();
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = run(20_000);
  const growth = run(600_000) - before;
  expect(growth).toBeLessThan(4 * 2 ** 20);
});
