// An S3 server over a folder of buckets, in a process of its own, until its input ends: serve.mjs <root> <latency in ms>. Says its endpoint in one line.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { peers } from "@sonde-tooling/peers/list";

const [root, latency] = process.argv.slice(2);
const folder = peers.find(({ name }) => name === "versitygw").environment.installed();
if (folder === undefined) {
  console.error("versitygw is not installed: `npx -y pnpm@10.34.9 peers --only versitygw` installs it");
  process.exit(1);
}
const listen = async (server) => {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server.address().port;
};
const probe = createServer();
const port = await listen(probe);
await new Promise((resolve) => probe.close(resolve));
const accounts = mkdtempSync(join(tmpdir(), "sonde-bench-"));
const options = ["--keep-alive", "--quiet", "--port", `127.0.0.1:${port}`, "--iam-dir", accounts, "posix", root];
const gateway = spawn(join(folder, "versitygw"), options, {
  env: { PATH: process.env.PATH, ROOT_ACCESS_KEY: "sonde", ROOT_SECRET_KEY: "sonde-bench" },
  stdio: "ignore",
});
const stop = () => {
  gateway.kill();
  rmSync(accounts, { recursive: true, force: true });
  process.exit(0);
};
process.stdin.resume().on("end", stop);
const answers = () =>
  fetch(`http://127.0.0.1:${port}`).then(
    () => true,
    () => false,
  );
while (!(await answers())) await wait(50);

let shown = port;
if (Number(latency) > 0) {
  // What is asked arrives later; what is answered comes at once.
  const proxy = createServer((client) => {
    const server = connect(port, "127.0.0.1");
    client.on("data", (piece) => setTimeout(() => server.write(piece), Number(latency)));
    server.on("data", (piece) => client.write(piece));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ]) {
      one.on("close", () => other.destroy());
      one.on("error", () => other.destroy());
      one.setNoDelay(true);
    }
  });
  shown = await listen(proxy);
}
console.log(`http://127.0.0.1:${shown}`);
