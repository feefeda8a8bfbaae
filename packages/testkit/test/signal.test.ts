import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordFetch, recordSignal } from "../src/index.js";

const server = createServer((request, response) => request.url?.startsWith("/ok") && response.end("ok"));
let url = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test("a recorded signal still aborts fetch, with its reason", async () => {
  const controller = new AbortController();
  const { signal, touches } = recordSignal(controller.signal);
  const pending = fetch(`${url}/silent`, { signal });
  const reason = new Error("enough");
  setTimeout(() => controller.abort(reason), 20);
  await expect(pending).rejects.toBe(reason);
  expect(touches).toContain("addEventListener");
});

test("looks through AbortSignal.any, throwIfAborted, reason and onabort are seen", () => {
  const seen = (look: (signal: AbortSignal) => unknown) => {
    const { signal, touches } = recordSignal(new AbortController().signal);
    look(signal);
    return touches;
  };
  expect(seen((signal) => AbortSignal.any([signal]))).not.toEqual([]);
  expect(seen((signal) => signal.throwIfAborted())).toContain("throwIfAborted");
  expect(seen((signal) => signal.reason)).toEqual(["reason"]);
  expect(seen((signal) => (signal.onabort = () => {}))).toContain("onabort");
  expect(seen((signal) => signal)).toEqual([]);
});

test("a recorded fetch remembers targets without their query, and signals", async () => {
  const { fetch, requests } = recordFetch();
  const { signal } = new AbortController();
  expect(await (await fetch(`${url}/ok?key=secret`, { signal })).text()).toBe("ok");
  expect(await (await fetch(`${url}/ok`)).text()).toBe("ok");
  expect(requests()).toEqual([
    { target: `${url}/ok`, signal },
    { target: `${url}/ok`, signal: undefined },
  ]);
});
