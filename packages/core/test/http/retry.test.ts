import { expect, test } from "vitest";
import { request, retry, sondeError } from "../../src/bytes/index.js";
import { failureOf, live, millisecondsOf } from "../bytes/helpers.js";
import { serve } from "./local-server.js";

const busy = () => sondeError("connection", "busy", { retryable: true });

test("goes on after failures that may pass, and tells each", async () => {
  const told: number[] = [];
  const result = await retry(
    async (attempt) => {
      if (attempt < 3) throw busy();
      return attempt;
    },
    { ...live, baseDelay: "1ms", onRetry: ({ attempt }) => told.push(attempt) },
  );
  expect([result, told]).toEqual([3, [1, 2]]);
});

test("gives the last error as it is once the attempts are used up", async () => {
  const errors: Error[] = [];
  const failing = retry(
    async () => {
      errors.push(busy());
      throw errors.at(-1);
    },
    { ...live, attempts: 3, baseDelay: 1n },
  );
  await expect(failing).rejects.toSatisfy((error) => error === errors[2]);
  expect(errors).toHaveLength(3);
});

test("does not repeat what can't pass", async () => {
  for (const error of [sondeError("connection", "gone", { retryable: false }), sondeError("auth", "no", {}), new TypeError("bug")]) {
    let calls = 0;
    await expect(
      retry(
        async () => {
          calls += 1;
          throw error;
        },
        { ...live, baseDelay: 1n },
      ),
    ).rejects.toBe(error);
    expect(calls).toBe(1);
  }
});

test("draws each wait below a bound that doubles up to the longest", async () => {
  const waits: bigint[] = [];
  await retry(() => Promise.reject(busy()), {
    ...live,
    attempts: 12,
    baseDelay: "100us",
    maxDelay: "2ms",
    onRetry: ({ delay }) => waits.push(delay),
  }).catch(() => {});
  expect(waits).toHaveLength(11);
  for (const [index, wait] of waits.entries()) expect(wait).toBeLessThan(Math.min(100_000 * 2 ** index, 2_000_000));
  expect(new Set(waits).size).toBeGreaterThan(5);
});

test("lands an abort in the middle of a wait with the user's reason", async () => {
  const controller = new AbortController();
  let calls = 0;
  const failing = retry(
    async () => {
      calls += 1;
      throw busy();
    },
    { ...controller, signal: controller.signal, baseDelay: "1h", maxDelay: "1h" },
  );
  failing.catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 10));
  controller.abort("user");
  expect(await millisecondsOf(failing)).toBeLessThan(50);
  await expect(failing).rejects.toBe("user");
  expect(calls).toBe(1);
});

test("waits as long as the server asks, and gives up at once where that is too long", async () => {
  const server = await serve((incoming, response, index) => {
    if (index === 1) return void response.end("ok");
    response.writeHead(429, { "retry-after": incoming.url === "/hour" ? "3600" : "1" }).end();
  });
  const waits: bigint[] = [];
  const ask = (path: string) =>
    retry(() => request(server.url + path, live), { ...live, baseDelay: 1n, onRetry: ({ delay }) => waits.push(delay) });
  expect((await ask("/second")).status).toBe(200);
  expect(waits).toEqual([1_000_000_000n]);
  const hour = ask("/hour");
  expect(await millisecondsOf(hour)).toBeLessThan(500);
  expect(await failureOf(hour, "connection")).toMatchObject({ status: 429, retryable: true });
});
