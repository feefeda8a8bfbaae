import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { servedSchema } from "../src/schema.js";
import { bundle } from "./support/bundle.js";
import { workspace } from "./support/command.js";

const place = workspace();
const lab = fileURLToPath(new URL("./support/lab-main.ts", import.meta.url));
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const worker = fileURLToPath(new URL("../../hdf5/src/worker.js", import.meta.url));
const recording = fileURLToPath(new URL("../../cl-recordings/test/fixtures/mock.h5", import.meta.url));
beforeAll(async () => {
  await bundle({ lab, sonde: main, worker }, place.folder);
}, 120_000);

function started(...args: string[]) {
  return running("lab.js", args);
}

function running(program: string, args: readonly string[], environment: object = {}) {
  const env = { ...process.env, XDG_CONFIG_HOME: place.folder, ...environment };
  const child = spawn(process.execPath, [join(place.folder, program), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    cwd: place.folder,
    env,
  });
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk) => (said.out += chunk));
  child.stderr.on("data", (chunk) => (said.err += chunk));
  return { child, said };
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "close");
  else if (!child.stdout?.closed) await once(child, "close");
  return child.exitCode;
}

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error("waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const count = (text: string) => text.split("\n").length - 1;

describe("the sonde process", () => {
  test("runs as one bundled file", async () => {
    const { child, said } = started("head", "bench.lab:numbers", "-n", "2", "--format", "csv");
    expect(await ended(child)).toBe(0);
    expect(said).toEqual({
      out: "time,value,count,note\n2020-09-13T12:26:40.000000001Z,0,1152921504606846976,row 0\n2020-09-13T12:26:40.001000001Z,0.5,1152921504606846977,\n",
      err: "",
    });
  });

  test("opens recordings, as it is published", async () => {
    const { child, said } = running("sonde.js", ["read", `${recording}:spikes`, "--columns", "tick", "--format", "csv", "--quiet"]);
    expect(await ended(child)).toBe(0);
    expect(said).toEqual({ out: "time,tick\n2024-12-19T05:20:34.893200000Z,5\n", err: "" });
  });

  // Windows has no signals to send.
  test.skipIf(process.platform === "win32")("keeps whole batches at Ctrl-C, says how many rows, and exits with 130", async () => {
    const { child, said } = started("read", "bench.lab:stalling");
    await until(() => count(said.out) === 300);
    child.kill("SIGINT");
    expect(await ended(child)).toBe(130);
    expect(count(said.out)).toBe(300);
    expect(said.err).toContain("sonde: interrupted; 300 rows before it are written\n");
  });

  test.skipIf(process.platform === "win32")("keeps a file of whole batches at Ctrl-C in full flight", async () => {
    const { child, said } = started("read", "bench.lab:endless", "-o", "endless.csv");
    await until(() => said.err.includes("reading"));
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill("SIGINT");
    expect(await ended(child)).toBe(130);
    const rows = Number(/interrupted; ([\d,]+) rows? before it (?:are|is) kept/.exec(said.err)?.[1]?.replaceAll(",", ""));
    expect(rows % 100).toBe(0);
    expect(rows).toBeGreaterThan(0);
    const text = await readFile(join(place.folder, "endless.csv.partial"), "utf8");
    expect(count(text)).toBe(rows + 1);
    expect(text.endsWith("\n")).toBe(true);
  });

  test.skipIf(process.platform === "win32")("is killed by the second Ctrl-C where the first is not heard", async () => {
    const { child, said } = started("ls", "lab://host/stuck");
    await until(() => said.out.includes("endless"));
    child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(child.exitCode).toBe(null);
    child.kill("SIGINT");
    expect(await ended(child)).toBe(130);
  });

  test("tells in one line what nobody awaited", async () => {
    const { child, said } = started("ls", "lab://host/stray");
    expect(await ended(child)).toBe(1);
    expect(said.err).toBe("sonde: nobody waited for this\n");
  });

  test("exits with 0 and in silence when its reader is gone", async () => {
    const { child, said } = started("read", "bench.lab:endless", "--quiet");
    await until(() => said.out.length > 0);
    child.stdout.destroy();
    expect(await ended(child)).toBe(0);
    expect(said.err).toBe("");
  });

  test("writes all it has into a slow pipe before it exits", async () => {
    const { child, said } = started("head", "bench.lab:endless", "-n", "20000", "--quiet");
    child.stdout.pause();
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.stdout.resume();
    expect(await ended(child)).toBe(0);
    expect(count(said.out)).toBe(20_000);
  });

  test.each([
    [["ls", "bench.lab"], /^numbers\n/],
    [["info", "bench.lab:numbers"], /"kind": "series"/],
    [["head", "bench.lab:numbers", "-n", "1"], /"value":0/],
    [["tail", "bench.lab:numbers", "-n", "1"], /"value":499.5/],
    [["read", "bench.lab:numbers", "--dry-run"], /nothing of the data was read/],
    [["plot", "bench.lab:numbers"], /┤/],
    [["plot", "bench.lab:numbers", "-o", "numbers.svg", "--width", "300", "--json"], /"kind":"band"/],
    [["image", "bench.lab:camera", "-o", "frame.png", "--json"], /"shape":\[4,6\]/],
    [["export", "bench.lab:numbers", "-o", "exported", "--json"], /"file":"numbers.parquet"/],
    [["source", "ls"], /^$/],
    [["plugin", "ls"], /"id":"lab"/],
    [["doctor", "bench.lab"], /^ok {7}source/m],
    [["completion", "fish"], /^complete -c sonde/m],
  ])("runs %j", async (args, pattern) => {
    const { child, said } = started(...args);
    expect(await ended(child), said.err).toBe(0);
    expect(said.out).toMatch(pattern);
  });

  test.skipIf(process.platform === "win32")("serves a source to another sonde until Ctrl-C", async () => {
    const { child, said } = started("serve", "bench.lab", "--port", "0", "--json");
    await until(() => said.out.endsWith("\n"));
    const { origin, token, sources } = servedSchema.parse(JSON.parse(said.out));
    expect(sources).toEqual(["bench.lab"]);
    await writeFile(join(place.folder, "sonde.toml"), `[sources.far]\nconnector = "remote"\nurl = "${origin}"\ntoken = { env = "FAR" }\n`);
    const far = running("sonde.js", ["read", "far:numbers", "--last", "1ms", "--columns", "value", "--format", "csv", "-v"], {
      FAR: token,
    });
    expect(await ended(far.child), far.said.err).toBe(0);
    expect(far.said.out).toBe(
      "time,value\n2020-09-13T12:26:40.998000001Z,499\n2020-09-13T12:26:40.999000001Z,499.5\n".replace(/.*,499\n/, ""),
    );
    expect(far.said.err).toMatch(/request [\d.]+ ms, .*\/v1\/read/);
    expect(far.said.err).not.toContain(token);
    const refused = running("sonde.js", ["ls", "far"], { FAR: "wrong" });
    expect(await ended(refused.child)).toBe(4);
    child.kill("SIGINT");
    expect(await ended(child)).toBe(0);
  });

  test.skipIf(process.platform === "win32")("takes an export up again that was killed, without a file that only looks whole", async () => {
    const args = ["export", "bench.lab:numbers", "bench.lab:stalling", "-o", "killed", "--format", "csv"];
    const { child } = started(...args);
    const manifest = join(place.folder, "killed", "sonde-export.ndjson");
    const half = join(place.folder, "killed", "stalling.csv.partial");
    await until(() => existsSync(manifest) && readFileSync(manifest, "utf8").includes('{"done":"numbers"}') && existsSync(half));
    child.kill("SIGKILL");
    await ended(child);
    expect(existsSync(join(place.folder, "killed", "stalling.csv"))).toBe(false);
    const again = started(...args);
    await until(() => again.said.err.includes("1 stream is there already"));
    again.child.kill("SIGINT");
    expect(await ended(again.child)).toBe(130);
    expect(existsSync(join(place.folder, "killed", "stalling.csv"))).toBe(false);
  });
});
