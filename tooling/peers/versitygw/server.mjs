import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A key pair with the characters that signatures and URLs trip over. */
const credentials = { accessKeyId: "sonde-peer", secretAccessKey: "se/cr+et=" };

/** Starts the gateway over `scratch/root`, where each folder is a bucket. */
export async function startVersitygw(binary, scratch) {
  const root = join(scratch, "root");
  const accounts = join(scratch, "accounts");
  for (const folder of [root, accounts]) mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn(binary, ["--port", `127.0.0.1:${port}`, "--iam-dir", accounts, "posix", root], {
    env: { PATH: process.env.PATH, ROOT_ACCESS_KEY: credentials.accessKeyId, ROOT_SECRET_KEY: credentials.secretAccessKey },
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => {
    child.on("error", resolve);
    child.on("exit", resolve);
  });
  let running = true;
  ended.then(() => {
    running = false;
  });
  while (!(await answers(endpoint))) {
    if (!running) throw new Error(`${binary} ended before it listened`);
    await sleep(50);
  }
  return {
    endpoint,
    region: "us-east-1",
    credentials,
    root,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

async function answers(endpoint) {
  try {
    await fetch(endpoint);
    return true;
  } catch {
    return false;
  }
}

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
