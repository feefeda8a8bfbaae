import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { decode, decodeBytes, decompose, encode, encodeBytes, hslToRgb, rgbToHsl, type Variant, variantValue } from "../src/index.js";
import { deviation, thrown, unfold } from "./helpers.js";

const root = resolve(import.meta.dirname, "../../..");
const folder = resolve(root, process.env.SONDE_REFERENCE ?? "../shared/data", "drift");
const bytesOf = (path: string) => new Uint8Array(readFileSync(resolve(folder, path)));
const floatsOf = (path: string) => new Float32Array(bytesOf(path).buffer);
const has = (path: string) => existsSync(resolve(folder, path));
const blobs = () => readdirSync(resolve(folder, "wb")).filter((name) => name.endsWith(".wb"));
const counts: { [what: string]: number } = {};
const count = (what: string) => {
  counts[what] = (counts[what] ?? 0) + 1;
};
afterAll(() => console.log(`cases: ${JSON.stringify(counts)}`));

it("has the reference data of Drift", () => {
  expect(existsSync(folder), `no data at ${folder}: set SONDE_REFERENCE to the folder that holds drift`).toBe(true);
});

/** `values n=100`, `values ch=3 rows=38 cols=45` or the energy of the last line. */
const shapeOf = (text: string) => [...text.matchAll(/\w+=(\d+)/g)].map(([, digits]) => Number(digits));

describe.runIf(existsSync(folder))("WaveletBuffer", () => {
  it("composes every buffer at every scale as the reference does", () => {
    const index = new Map<string, readonly number[]>();
    for (const line of readFileSync(resolve(folder, "wb/INDEX.txt"), "utf8").trim().split("\n")) {
      const [name = "", ...rest] = line.split(" ");
      if (name !== "energy") index.set(name, shapeOf(rest.join(" ")));
    }
    for (const [name, shape] of index) {
      const [, stem, scale] = /^(.*)\.s(\d+)$/.exec(name) ?? [];
      if (!has(`wb/${stem}.wb`) || !has(`wb/${name}.f32`)) {
        count("compositions in the index without a file");
        continue;
      }
      const composed = decode(bytesOf(`wb/${stem}.wb`)).compose({ scale: Number(scale) });
      expect(composed.shape, name).toEqual(shape);
      expect(composed.scale, name).toBe(Number(scale));
      expect(deviation(composed.data, floatsOf(`wb/${name}.f32`)), name).toBeLessThan(1e-5);
      count("compositions");
    }
    expect(counts.compositions).toBe(readdirSync(resolve(folder, "wb")).filter((name) => /\.s\d+\.f32$/.test(name)).length);
  });

  it("writes the reference's bytes from the same subbands, at every level", () => {
    for (const name of blobs()) {
      const [, stem, version, digits] = /^(.*)\.v(\d)(?:\.L(\d+))?\.wb$/.exec(name)!;
      if (version !== "3") continue;
      const level = Number(digits ?? 0);
      const whole = [`wb/${stem}.v3.L0.wb`, `wb/${stem}.v3.L1.wb`].find(has) ?? `wb/${name}`;
      expect(Buffer.compare(encode(decode(bytesOf(whole)), { level }), bytesOf(`wb/${name}`)), name).toBe(0);
      count("blobs written byte for byte");
    }
  });

  it("decomposes as the reference does, within 1e-5 of the greatest value", () => {
    for (const name of blobs()) {
      const stem = name.replace(/\.v.*/, "");
      if (!name.endsWith(".L0.wb") || !has(`wb/${stem}.in.f32`)) continue;
      const theirs = decode(bytesOf(`wb/${name}`));
      const input = floatsOf(`wb/${stem}.in.f32`);
      const most = input.reduce((greatest, value) => Math.max(greatest, Math.abs(value)), 0);
      const ours = decompose(input, theirs.parameters);
      for (const [k, signal] of theirs.subbands.entries()) {
        for (const [j, { data }] of signal.entries()) {
          const own = ours.subbands[k]![j]!.data;
          for (let n = 0; n < data.length; n++) expect(Math.abs(own[n]! - data[n]!), name).toBeLessThanOrEqual(1e-5 * most);
        }
      }
      count("decompositions");
    }
  });

  it("reads a file of 2022, whose writer knew no compression", () => {
    const buffer = decode(bytesOf("fixture/signal_1d_0cl_v2.bin"));
    expect(String(buffer)).toBe(
      "WaveletBuffer<signal_number=1, signal_shape=(10000), decomposition_steps=10, wavelet_type=WaveletType.DB2>",
    );
    expect([buffer.version, buffer.level, buffer.subbands[0]!.length]).toEqual([2, 0, 11]);
    for (const scale of [0, 1, 3]) {
      const { shape, data } = buffer.compose({ scale });
      const expected = floatsOf(`fixture/signal_1d_0cl_v2.s${scale}.f32`);
      expect(shape).toEqual([expected.length]);
      expect(deviation(data, expected)).toBeLessThan(1e-5);
    }
  });

  it("finds the energy of each subband", () => {
    const ramp = Float32Array.from({ length: 100 }, (_, k) => k);
    const buffer = decompose(ramp, { signalShape: [100], signalNumber: 1, decompositionSteps: 2, waveletType: "DB2" });
    const text = readFileSync(resolve(folder, "wb/INDEX.txt"), "utf8").trim().split("\n").pop()!;
    const expected = text.split(": ")[1]!.split(" ").map(Number);
    expect(deviation(buffer.energyDistribution()[0]!, expected)).toBeLessThan(1e-5);
  });

  it("finds nothing in buffers that nothing was decomposed into", () => {
    for (const version of [2, 3]) {
      const buffer = decode(bytesOf(`wb/d1_empty.v${version}.wb`));
      expect([buffer.version, buffer.empty, buffer.compose().data.length]).toEqual([version, true, 0]);
    }
  });
});

/** Every offset of what is short, else as many spread over the whole. */
const most = 400;
const offsets = (length: number) =>
  length <= most ? Array.from({ length }, (_, k) => k) : Array.from({ length: most }, (_, k) => Math.floor((k * length) / most));

describe.runIf(existsSync(folder))("damage", () => {
  it("refuses every blob cut off at any byte", () => {
    for (const name of blobs()) {
      const bytes = bytesOf(`wb/${name}`);
      if (bytes.length > most) count(`blobs of which ${most} of all truncations are tried`);
      for (const length of offsets(bytes.length)) {
        const error = thrown(() => decode(bytes.subarray(0, length)));
        if (error.code !== "format") throw new Error(`${name} of ${length} bytes: ${String(error.message)}`);
        count("truncations refused");
      }
    }
  });

  it("reads blobs with flipped bits, or says what is wrong with them", () => {
    const start = performance.now();
    let longest = 0;
    for (const name of blobs()) {
      const bytes = bytesOf(`wb/${name}`);
      if (bytes.length > 30_000) {
        count("blobs too long for flipped bits");
        continue;
      }
      for (const [k, at] of offsets(bytes.length).entries()) {
        const damaged = bytes.slice();
        damaged[at] = damaged[at]! ^ (1 << (k % 8));
        const before = performance.now();
        try {
          unfold(decode(damaged));
          count("flipped bits that leave a buffer");
        } catch (error) {
          if (!(error instanceof Error && Symbol.for("sonde.error") in error)) throw error;
          count("flipped bits refused");
        }
        longest = Math.max(longest, performance.now() - before);
      }
    }
    console.log(`flipped bits: ${Math.round(performance.now() - start)} ms in all, at most ${longest.toFixed(1)} ms each`);
    expect(longest).toBeLessThan(2000);
  }, 120_000);
});

/** What the data's description says of each file; text and numbers as JavaScript has them. */
const driftbytes: { readonly [name: string]: readonly (readonly [type: string, shape: readonly number[], value: unknown])[] } = {
  client_test: [
    ["bool", [1], true],
    ["int64", [1], 1n],
    ["float64", [1], 1],
    ["string", [1], "string"],
    ["bool", [1], false],
  ],
  all_scalars: [
    ["bool", [1], false],
    ["int8", [1], -9],
    ["uint8", [1], 9],
    ["int16", [1], -300],
    ["uint16", [1], 60_000],
    ["int32", [1], -70_000],
    ["uint32", [1], 4_000_000_000],
    ["int64", [1], -9_007_199_254_740_993n],
    ["uint64", [1], 18_446_744_073_709_551_615n],
    ["float32", [1], 3.5],
    ["float64", [1], -2.25],
    ["string", [1], "Hello World, ÄÖÜß"],
    ["none", [0], null],
  ],
  arrays: [
    ["float32", [2, 3], Float32Array.of(1.5, 2.5, 3.5, 4.5, 5.5, 6.5)],
    ["int64", [6], BigInt64Array.of(1n, 2n, 3n, 4n, 5n, 6n)],
    ["string", [2], ["Hello", "World"]],
    ["bool", [2], [true, false]],
  ],
  empty: [],
};

describe.runIf(existsSync(folder))("DriftBytes and colours", () => {
  it("reads what the reference wrote, and writes the same bytes", () => {
    for (const [name, expected] of Object.entries(driftbytes)) {
      const bytes = bytesOf(`driftbytes/driftbytes_${name}.bin`);
      const read = decodeBytes(bytes);
      expect(read.map((item: Variant) => [item.type, item.shape, variantValue(item)])).toEqual(expected);
      expect(encodeBytes(read)).toEqual(bytes);
      for (let length = 0; length < bytes.length; length++) {
        let variants = -1;
        try {
          variants = decodeBytes(bytes.subarray(0, length)).length;
        } catch (error) {
          if (!(error instanceof Error && Symbol.for("sonde.error") in error)) throw error;
        }
        // Cut between two variants it is whole, with fewer of them.
        expect(variants).toBeLessThan(expected.length);
        count("truncations of DriftBytes");
      }
    }
  });

  it("turns colours as the reference does", () => {
    const [, ...lines] = readFileSync(resolve(folder, "images/rgb_hsl.csv"), "utf8").trim().split("\n");
    for (const line of lines) {
      const [rgb, hsl, back] = [0, 3, 6].map((k) => Float32Array.from(line.split(",").slice(k, k + 3), Number));
      expect(Math.max(...rgbToHsl(rgb!).map((value, k) => Math.abs(value - hsl![k]!))), line).toBeLessThan(1e-6);
      expect(Math.max(...hslToRgb(hsl!).map((value, k) => Math.abs(value - back![k]!))), line).toBeLessThan(1e-6);
      count("colours");
    }
  });
});
