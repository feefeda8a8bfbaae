import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

export const keys = { accessKeyId: "sonde-test", secretAccessKey: "se/cr+et=" };

/** versitygw, a real S3 server over a folder, on a free port; each of `buckets` is there. */
export async function startGateway(binary: string, buckets: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), "sonde-efd-gateway-"));
  for (const bucket of buckets) await mkdir(join(folder, "root", bucket), { recursive: true });
  await mkdir(join(folder, "iam"));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn(binary, ["--port", `127.0.0.1:${port}`, "--iam-dir", join(folder, "iam"), "posix", join(folder, "root")], {
    env: { PATH: process.env.PATH, ROOT_ACCESS_KEY: keys.accessKeyId, ROOT_SECRET_KEY: keys.secretAccessKey },
    stdio: "ignore",
  });
  const answers = () =>
    fetch(endpoint).then(
      () => true,
      () => false,
    );
  for (let attempt = 0; !(await answers()); attempt++) {
    if (attempt === 100 || child.exitCode !== null) throw new Error(`${binary} does not start`);
    await wait(100);
  }
  return {
    endpoint,
    region: "us-east-1",
    credentials: keys,
    async close() {
      child.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
