import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { decodeBytes, variantValue } from "@sonde/wavelet-buffer";
import { describe, expect, test } from "vitest";
import { decodePackage, triggersOf } from "../src/index.js";

const root = resolve(import.meta.dirname, "../../..");
const folder = resolve(root, process.env.SONDE_REFERENCE ?? "../shared/data", "drift");
const bytesOf = (path: string) => new Uint8Array(readFileSync(resolve(folder, path)));
const floatsOf = (path: string) => new Float32Array(bytesOf(path).buffer);
const read = (name: string) => decodePackage(bytesOf(`dp/${name}.dp`), { topic: name });
const ms = 1_000_000n;
const good = { code: 0, severity: "good", name: "GOOD" };

test(`the reference data is in ${folder}`, () => {
  expect(existsSync(folder), "the reference data is absent: set SONDE_REFERENCE to its folder").toBe(true);
});

function near(got: Float32Array, wanted: Float32Array): void {
  expect(got.length).toBe(wanted.length);
  const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const worst = got.reduce((most, value, k) => Math.max(most, Math.abs(value - (wanted[k] as number))), 0);
  expect(worst).toBeLessThanOrEqual(1e-5 * scale);
}

describe.runIf(existsSync(folder))("packages of the protocol", () => {
  test.each([
    ["timeseries_v3", 1676296193326n, "d1_readme.v3.L16", 2186],
    ["timeseries_v3_next", 1676296194326n, "d1_readme.v3.L1", 2889],
    ["timeseries_v2", 1676296195327n, "d1_readme.v2.L16", 1347],
  ])("%s is a second of a signal", (name, id, expected, size) => {
    const pkg = read(name);
    expect(pkg).toMatchObject({ id, time: id * ms, sourceTime: id * ms, publishTime: (id + 40n) * ms, status: good, size });
    expect(pkg.name).toBe(`${name}/${id}.dp`);
    expect(pkg.kind).toBe("time-series");
    const stop = id * ms;
    const start = stop - 1_000_000_000n;
    expect(pkg.meta).toMatchObject({
      kind: "time-series",
      start,
      stop,
      size: 1000,
      statistics: { first: 0, last: 99, min: 0, max: 99, mean: 49.5 },
    });
    expect(pkg.payloads.map(({ type }) => type)).toEqual(["drift.proto.common.DataPayload"]);
    for (const scale of [0, 1, 2, 3]) {
      const signal = pkg.signal({ scale });
      near(signal.values, floatsOf(`wb/${expected}.s${scale}.f32`));
      expect(signal).toMatchObject({ start, stop, size: 1000, scale });
      const times = signal.times();
      expect(times.length).toBe(signal.values.length);
      expect([times[0], times[1]]).toEqual([start, start + 2n ** BigInt(scale) * ms]);
    }
    const inclusive = pkg.signal({ sampleTiming: "inclusive" }).times();
    expect(inclusive.at(-1)).toBe(stop);
  });

  test("the first says its labels and how it was compressed", () => {
    const pkg = read("timeseries_v3");
    expect([...pkg.labels]).toEqual([
      ["host_name", "my_host"],
      ["topic", "opcua"],
    ]);
    const denoising = { kind: "threshold", a: 0, b: Math.fround(0.3) };
    expect(pkg.meta?.wavelet).toEqual({ abiVersion: 3, waveletType: 1, decompositionSteps: 3, floatCompression: 16, denoising });
    expect(read("timeseries_v3_next").meta?.wavelet).toBeUndefined();
  });

  test("image_rgb_wb is one image of three channels", async () => {
    const pkg = read("image_rgb_wb");
    expect(pkg).toMatchObject({ id: 1676296196327n, kind: "image" });
    expect(pkg.meta).toEqual({ kind: "image", encoding: "wavelet", width: 45, height: 38, channelLayout: "RGB" });
    const [image] = pkg.images();
    expect(pkg.images().length).toBe(1);
    for (const scale of [0, 1]) {
      const composed = await image?.compose({ scale });
      expect(composed).toMatchObject({ color: "rgb", scale, shape: scale === 0 ? [3, 38, 45] : [3, 19, 22] });
      near(composed?.data ?? new Float32Array(), floatsOf(`wb/d2_db3_45x38x3_s2.v3.L16.s${scale}.f32`));
    }
  });

  test("image_jpeg passes its JPEG through, and decodes it", async () => {
    const pkg = read("image_jpeg");
    expect(pkg).toMatchObject({ id: 1676296197327n, kind: "image" });
    expect(pkg.meta).toEqual({ kind: "image", encoding: "jpeg", width: 100, height: 100, channelLayout: "RGB" });
    const [image] = pkg.images();
    expect(image?.jpeg).toEqual(bytesOf("images/pic100x100.jpg"));
    expect(await image?.compose({ scale: 3 })).toMatchObject({ color: "rgb", scale: 0, shape: [3, 100, 100] });
  });

  test("scalars are seven values, the last of them bad", () => {
    const pkg = read("scalars");
    expect(pkg.id).toBe(1676296198327n);
    expect(pkg.scalars()).toEqual([
      ...[0, 1, 2, 3, 4, 5].map((value) => ({ name: `x${value}`, status: good, value })),
      { name: "x6", status: { code: 0x206, severity: "bad", name: "BAD_SOURCE_STATE" }, value: null },
    ]);
  });

  test("text is what it says", () => {
    const pkg = read("text");
    expect(pkg).toMatchObject({ id: 1676296199327n, meta: { kind: "text", mimeType: "text/json;charset=UTF-8" } });
    expect(pkg.text()).toBe('{"score":0.5}');
  });

  test("aligned packages are two, each with its payload", () => {
    const [acceleration, machine] = read("aligned").aligned();
    expect(acceleration).toMatchObject({ topic: "acc-5", id: 1676296200327n, kind: "time-series" });
    expect(acceleration?.signal()).toMatchObject({ start: 1676296199327n * ms, stop: 1676296200327n * ms, size: 8 });
    near(acceleration?.signal().values ?? new Float32Array(), Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    expect(machine?.scalars().map(({ name, value }) => [name, value])).toEqual([0, 1, 2, 3, 4, 5, 6].map((value) => [`x${value}`, value]));
  });

  test("typed data keeps its types; a bad item is null and takes its place", () => {
    const items = read("typed").typed();
    expect(items.map(({ name, variant }) => [name, variant?.type, variant && variantValue(variant)])).toEqual([
      ["bool", "bool", true],
      ["int", "int64", 1n],
      ["float", "float64", 1],
      ["string", "string", "string"],
      ["none", undefined, null],
    ]);
    expect(decodeBytes(bytesOf("driftbytes/driftbytes_client_test.bin")).length).toBe(items.length);
  });

  test.each([
    ["bad_status", 1676296202327n, { code: 0x205, severity: "bad", name: "BAD_COMMUNICATION_ERROR" }],
    ["unknown_status", 1676296203327n, { code: 0x2ff, severity: "bad" }],
  ])("%s has no data, and keeps its code", (name, id, status) => {
    const pkg = read(name);
    expect(pkg).toMatchObject({ id, status, payloads: [], kind: "unknown" });
    expect(pkg.meta).toBeUndefined();
    expect(() => pkg.buffer).toThrow(/holds no data: its status is/);
  });

  test("a trigger says its interval", () => {
    const pkg = read("trigger_interval");
    expect(pkg.id).toBe(1630062869443n);
    expect(triggersOf(pkg)).toEqual([{ kind: "interval", start: 1630062868443n * ms, stop: 1630062869443n * ms }]);
  });
});
