import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { installed, installOnce } from "../lib/cache.mjs";
import { run } from "../lib/process.mjs";

/** Debian 12's InfluxDB 1.6. */
const pins = { package: "influxdb", release: "1.6.7" };
const binaryOf = (folder) => join(folder, "root", "usr", "bin", "influxd");
const intact = (folder) => existsSync(binaryOf(folder));

export const version = pins.release;

export function installedInfluxd() {
  const folder = installed("influxd", pins, intact);
  return folder && binaryOf(folder);
}

/** Unpacked into the cache, not into the system. Undefined where this machine's apt does not have it. */
export async function installInfluxd() {
  if (!(await offered())) return undefined;
  return binaryOf(await installOnce("influxd", pins, { intact, build }));
}

async function offered() {
  try {
    const { stdout } = await run("apt-cache", ["policy", pins.package]);
    return stdout.includes(`Candidate: ${pins.release}`);
  } catch {
    return false;
  }
}

async function build(folder) {
  const downloads = join(folder, "downloads");
  mkdirSync(downloads);
  await run("apt-get", ["-o", "APT::Sandbox::User=root", "download", pins.package], { cwd: downloads });
  for (const file of readdirSync(downloads)) await run("dpkg-deb", ["-x", join(downloads, file), join(folder, "root")]);
  rmSync(downloads, { recursive: true });
  await run(binaryOf(folder), ["version"]);
}

/** Starts the database on free ports with its data in `scratch`. */
export async function startInfluxd(binary, scratch) {
  const data = (name) => JSON.stringify(join(scratch, "influxdb", name));
  const [port, backup] = [await freePort(), await freePort()];
  const settings = [
    "reporting-disabled = true",
    `bind-address = "127.0.0.1:${backup}"`,
    `[meta]\ndir = ${data("meta")}`,
    `[data]\ndir = ${data("data")}\nwal-dir = ${data("wal")}`,
    `[http]\nbind-address = "127.0.0.1:${port}"\nlog-enabled = false\nauth-enabled = true`,
  ];
  const file = join(scratch, "influxdb.conf");
  writeFileSync(file, `${settings.join("\n")}\n`);
  const child = spawn(binary, ["run", "-config", file], { stdio: "ignore" });
  const ended = new Promise((resolve) => {
    child.on("error", resolve);
    child.on("exit", resolve);
  });
  let running = true;
  ended.then(() => {
    running = false;
  });
  const url = `http://127.0.0.1:${port}/`;
  while (!(await answers(`${url}ping`))) {
    if (!running) throw new Error(`${binary} ended before it listened`);
    await sleep(50);
  }
  return {
    url,
    port,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

async function answers(url) {
  try {
    await fetch(url);
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
