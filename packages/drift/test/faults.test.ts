import { isSondeError } from "@sonde/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { connect, drift } from "../src/index.js";
import { badPackage, type Device, memoryMetrics, seriesPackage, startDevice } from "../src/testing/index.js";
import { ids, metricRows, origin, packages, samples, startPlant } from "./support/plant.js";

afterEach(() => vi.unstubAllEnvs());
const ramp = (size: number) => ({ size, steps: 1, sample: (k: number) => k });

async function walk(device: Device, options = {}) {
  await using client = await connect({ ...device.options, timeout: "300ms", ...options });
  const list = client.packages("acc-5");
  const found = await list.toArray();
  return { ids: found.map(({ id }) => id), problems: [...list.problems] };
}
const others = (id: bigint | undefined) => ids.filter((one) => one !== id);
const seventh = ids[6] ?? 0n;

describe.each(["1.0", "1.10"])("a ReductStore of API %s", (api) => {
  test("loses the one package that hangs, and no other", async () => {
    await using device = await startPlant({ api, serve: ["reductstore"] });
    device.inject({ kind: "hang", topic: "acc-5", id: seventh });
    const walked = await walk(device);
    expect(walked.ids).toEqual(others(seventh));
    expect(walked.problems).toMatchObject([{ name: `acc-5/${seventh}.dp`, error: { code: "connection", retryable: true } }]);
  });

  test("loses nothing to a connection that breaks once", async () => {
    await using device = await startPlant({ api, serve: ["reductstore"] });
    device.inject({ kind: "cut", topic: "acc-5", id: seventh, times: 1 });
    expect(await walk(device)).toEqual({ ids, problems: [] });
  });

  test("goes on after a query was forgotten", async () => {
    await using device = await startDevice({ api, serve: ["reductstore"] });
    const many = Array.from({ length: 300 }, (_, k) => origin + BigInt(k));
    for (const id of many) device.put("acc-5", id, seriesPackage(id, ramp(16)));
    device.inject({ kind: "forget", after: 2 });
    expect(await walk(device)).toEqual({ ids: many, problems: [] });
  });

  test("asks again while the store is busy", async () => {
    await using device = await startPlant({ api, serve: ["reductstore"] });
    await using client = await connect(device.options);
    device.inject({ kind: "status", status: 503, times: 1 });
    expect((await client.latest("acc-5"))?.id).toBe(ids.at(-1));
  });
});

test("delivers everything intact of a damaged topic, and names the damage", async () => {
  await using device = await startPlant({ serve: ["reductstore"] });
  device.put("acc-5", seventh, new Uint8Array([8, 255]));
  const walked = await walk(device);
  expect(walked.ids).toEqual(others(seventh));
  expect(walked.problems).toMatchObject([{ id: seventh, error: { code: "format" } }]);
  await using source = await drift.open(device.options);
  const stream = await source.stream("acc-5");
  const { table, error } = await stream.read().settle();
  expect(table.numRows).toBe((packages - 1) * samples);
  expect(isSondeError(error, "format")).toBe(true);
  await using patient = await drift.open({ ...device.options, badPackages: "null" });
  expect((await (await patient.stream("acc-5")).table()).numRows).toBe((packages - 1) * samples + 1);
});

test("reads metrics of a device whose packages are gone", async () => {
  await using device = await startPlant({ serve: [] });
  await using client = await connect({ ...device.options, probeTimeout: "1s" });
  expect(client.backEnds.map(({ role, state }) => [role, state])).toContainEqual(["packages", "failed"]);
  expect((await client.topics()).map(({ name, kind }) => [name, kind])).toEqual([
    ["acc-5", "metrics"],
    ["energy-distr-1", "metrics"],
  ]);
  await expect(client.latest("acc-5")).rejects.toMatchObject({ code: "connection" });
  await using source = await drift.open(device.options);
  expect((await (await source.stream("energy-distr-1")).table()).numRows).toBe(packages);
  expect((await (await source.stream("acc-5")).table()).numRows).toBe(packages);
  await expect(source.stream("camera")).rejects.toMatchObject({ code: "connection" });
});

test("uses what takes the password where one back end refuses it, and says so without the password", async () => {
  await using device = await startPlant({ serve: ["reductstore"], metrics: memoryMetrics(metricRows) });
  const secret = "not-the-password";
  await using client = await connect({ ...device.options, password: secret });
  expect(client.backEnds.find(({ role, kind }) => role === "packages" && kind === "reductstore")).toMatchObject({
    state: "failed",
    error: { code: "auth" },
  });
  await expect(client.latest("acc-5")).rejects.toMatchObject({ code: "auth" });
  expect((await client.metrics("energy-distr-1")).numRows).toBe(packages);
  const printed = JSON.stringify(client.backEnds, (_, value) =>
    value instanceof Error ? `${value.message} ${value.stack} ${value.cause}` : value,
  );
  expect(printed).not.toContain(secret);
});

test("asks for a password by the name of its variable, and takes it from there", async () => {
  await using device = await startPlant({ serve: ["reductstore"] });
  const { password, ...options } = device.options;
  vi.stubEnv("DRIFT_PASSWORD", "");
  await expect(connect(options)).rejects.toThrow(/DRIFT_PASSWORD/);
  vi.stubEnv("DRIFT_PASSWORD", String(password));
  await using client = await connect(options);
  expect((await client.topics()).length).toBeGreaterThan(0);
});

async function stitched(put: (device: Device) => void) {
  await using device = await startDevice({ serve: ["reductstore"] });
  put(device);
  await using client = await connect(device.options);
  return await client.signal("acc-5");
}

test("reports a gap between packages, and none for what touches", async () => {
  const { gaps, times } = await stitched((device) => {
    for (const k of [0n, 1n, 4n]) device.put("acc-5", origin + 1000n * k, seriesPackage(origin + 1000n * k, ramp(100)));
  });
  expect(times.length).toBe(300);
  expect(gaps).toEqual([
    {
      start: (origin + 2000n) * 1_000_000n,
      end: (origin + 4000n) * 1_000_000n,
      after: `acc-5/${origin + 1000n}.dp`,
      before: `acc-5/${origin + 4000n}.dp`,
    },
  ]);
});

test("leaves out what an earlier package has already, and says how much", async () => {
  const { overlaps, times, values } = await stitched((device) => {
    device.put("acc-5", origin, seriesPackage(origin, ramp(100)));
    device.put("acc-5", origin + 750n, seriesPackage(origin + 750n, ramp(100)));
    // The same second again, under another id.
    device.put("acc-5", origin + 751n, seriesPackage(origin + 751n, { ...ramp(100), start: origin + 750n }));
  });
  expect(times.length).toBe(175);
  expect(times.every((time, k) => k === 0 || time > (times[k - 1] as bigint))).toBe(true);
  expect(values[100]).toBeCloseTo(25, 0);
  expect(overlaps.map(({ dropped }) => dropped)).toEqual([25, 100]);
});

test("keeps time ascending where a clock was set back", async () => {
  const { overlaps, times } = await stitched((device) => {
    device.put("acc-5", origin + 5000n, seriesPackage(origin + 5000n, ramp(100)));
    // Published later, of a time before.
    device.put("acc-5", origin + 6000n, seriesPackage(origin + 6000n, { ...ramp(100), start: origin + 2000n }));
    device.put("acc-5", origin + 7000n, seriesPackage(origin + 7000n, ramp(100)));
  });
  expect(times.length).toBe(200);
  expect(overlaps).toMatchObject([{ second: `acc-5/${origin + 6000n}.dp`, dropped: 100 }]);
});

test("knows a topic by the last package that says what it holds", async () => {
  await using device = await startDevice({ serve: ["reductstore"] });
  device.put("acc-5", origin, seriesPackage(origin, ramp(100)));
  for (let k = 1n; k < 20n; k++) device.put("acc-5", origin + k * 1000n, badPackage(origin + k * 1000n));
  await using client = await connect(device.options);
  expect(await client.topics()).toMatchObject([{ name: "acc-5", kind: "time-series", inferred: true }]);
  expect((await client.signal("acc-5")).times.length).toBe(100);
});
