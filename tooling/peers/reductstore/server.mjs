import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../lib/port.mjs";

/** Starts a ReductStore over a folder of `scratch`, with a bucket `data` and one token. */
export async function startReductStore(binary, scratch, token) {
  const port = await freePort();
  const data = join(scratch, `reductstore-${port}`);
  mkdirSync(data, { recursive: true });
  const settings = { RS_DATA_PATH: data, RS_HOST: "127.0.0.1", RS_PORT: String(port), RS_API_TOKEN: token, RS_LOG_LEVEL: "ERROR" };
  const child = spawn(binary, [], { env: { PATH: process.env.PATH, ...settings }, stdio: "ignore" });
  const ended = new Promise((resolve) => {
    child.on("error", resolve);
    child.on("exit", resolve);
  });
  let running = true;
  ended.then(() => {
    running = false;
  });
  const origin = `http://127.0.0.1:${port}/api/v1`;
  const ask = async (path, init = {}) => {
    const response = await fetch(`${origin}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${response.headers.get("x-reduct-error") ?? text}`);
    return response;
  };
  for (;;) {
    try {
      await fetch(`${origin}/alive`, { method: "HEAD" });
      break;
    } catch {
      if (!running) throw new Error(`${binary} ended before it listened`);
      await sleep(50);
    }
  }
  await ask("/b/data", { method: "POST", body: "{}", headers: { "content-type": "application/json" } });
  return {
    port,
    token,
    /** A record; `id` is in milliseconds, as packages have it. */
    put: (topic, id, bytes, headers = {}) =>
      ask(`/b/data/${encodeURIComponent(topic)}?ts=${id * 1000n}`, { method: "POST", body: bytes, headers }),
    async stop() {
      child.kill();
      await ended;
    },
  };
}
