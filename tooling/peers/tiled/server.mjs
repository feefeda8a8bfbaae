import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { interpreter } from "../lib/python.mjs";

export const key = "akeyforonerun";

/** A Tiled server over an empty folder, with a cache for its sockets, on a port that is free. */
export async function startTiled(folder, scratch) {
  const port = await freePort();
  const data = join(scratch, "data");
  mkdirSync(data, { recursive: true });
  const config = {
    authentication: { single_user_api_key: key },
    streaming_cache: { uri: "memory" },
    trees: [
      {
        path: "/",
        tree: "catalog",
        args: {
          uri: `sqlite:///${join(scratch, "catalog.db")}`,
          writable_storage: [`file://localhost${data}`, `duckdb:///${join(scratch, "storage.db")}`],
          readable_storage: [join(scratch, "files")],
          init_if_not_exists: true,
        },
      },
    ],
  };
  // JSON is YAML.
  writeFileSync(join(scratch, "config.yml"), JSON.stringify(config));
  const log = join(scratch, "tiled.log");
  const out = openSync(log, "w");
  const program = join(dirname(interpreter(folder)), "tiled");
  const child = spawn(program, ["serve", "config", join(scratch, "config.yml"), "--host", "127.0.0.1", "--port", String(port)], {
    stdio: ["ignore", out, out],
  });
  const url = `http://127.0.0.1:${port}`;
  for (let k = 0; k < 600; k++) {
    if (child.exitCode !== null) throw new Error(`the Tiled server ended: ${readFileSync(log, "utf8").slice(-2000)}`);
    const answer = await fetch(`${url}/api/v1/`).catch(() => undefined);
    if (answer?.ok) return { url, close: () => ended(child) };
    await sleep(100);
  }
  child.kill();
  throw new Error("the Tiled server does not answer");
}

function ended(child) {
  return new Promise((resolve) => {
    child.once("exit", resolve);
    child.kill();
  });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
