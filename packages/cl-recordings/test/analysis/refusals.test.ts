import { isSondeError } from "@sonde/core";
import { describe, expect, it } from "vitest";
import {
  type Analysis,
  dctFeatures,
  firingStats,
  functionalConnectivity,
  informationEntropy,
  lempelZiv,
  networkBursts,
  psth,
  type SpikeTrain,
  spikeTriggeredHistogram,
  toBatch,
  toJson,
} from "../../src/analysis/index.js";
import { trainOfFrames } from "./trains.js";

const train = trainOfFrames({ 1: [0, 5], 2: [7] });
const analyses: { readonly [name: string]: (of: SpikeTrain, limit?: { from?: bigint; to?: bigint; maxCells?: number }) => Analysis } = {
  firingStats: (of, limit) => firingStats(of, { bin: "1ms", ...limit }),
  networkBursts: (of, limit) => networkBursts(of, { bin: "1ms", onsetHz: 2, offsetHz: 1, ...limit }),
  informationEntropy: (of, limit) => informationEntropy(of, { bin: "1ms", ...limit }),
  lempelZiv: (of, limit) => lempelZiv(of, { bin: "1ms", ...limit }),
  dctFeatures: (of, limit) => dctFeatures(of, { k: 2, ...limit }),
  spikeTriggeredHistogram: (of, limit) =>
    spikeTriggeredHistogram(of, { bin: "1ms", before: "9ms", after: "9ms", channels: 2, minRateHz: 0, ...limit }),
  functionalConnectivity: (of, limit) => functionalConnectivity(of, { bin: "1ms", ...limit }),
  psth: (of, limit) => psth(BigInt64Array.of(5n), of, { bin: "1ms", before: "9ms", after: "9ms", ...limit }),
};

function failure(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return isSondeError(error) ? `${error.code}: ${error.message}` : error;
  }
  return "no error";
}

describe.each(Object.entries(analyses))("%s", (_name, analyse) => {
  it("makes rows and JSON of a sound train, an empty one, and an empty limit", () => {
    const results = [
      analyse(train),
      analyse(trainOfFrames({})),
      analyse(trainOfFrames({}, { durationFrames: 0n })),
      analyse(train, { from: 50_000n }),
    ];
    for (const result of results) {
      const batch = toBatch(result);
      expect(batch.schema.fields.map((field) => batch.getChild(field.name)?.length)).toEqual(batch.schema.fields.map(() => batch.numRows));
      const json = toJson(result);
      expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    }
  });

  it("refuses a limit outside the recording", () => {
    expect(failure(() => analyse(train, { from: -1n }))).toMatch(/^options: the limit starts at tick -1/);
    expect(failure(() => analyse(train, { to: 50_001n }))).toMatch(/^options: the limit ends at tick 50001/);
    expect(failure(() => analyse(train, { from: 9n, to: 8n }))).toMatch(/^options: the limit from 9 to 8 ends before/);
  });

  it("refuses a train that is none", () => {
    expect(failure(() => analyse({ ...train, ticks: BigInt64Array.of(3n, 2n, 4n) }))).toMatch(/^options: the tick of spike 1 lies before/);
    expect(failure(() => analyse({ ...train, channels: Uint8Array.of(1, 2) }))).toMatch(/^options: 3 ticks have 2 channels/);
    expect(failure(() => analyse({ ...train, channels: Uint8Array.of(1, 2, 64) }))).toMatch(/^options: .*channel 64/);
    expect(failure(() => analyse({ ...train, durationFrames: -1n }))).toMatch(/^options: a recording of -1 frames/);
    expect(failure(() => analyse({ ...train, framesPerSecond: Number.NaN }))).toMatch(/^options: (NaN|.*NaN)/);
    expect(failure(() => analyse({ ...train, channelCount: 0 }))).toMatch(/^options: /);
  });
});

describe("the options of analyses", () => {
  it("takes no plain number for a span", () => {
    // @ts-expect-error: seconds or milliseconds?
    expect(failure(() => firingStats(train, { bin: 1 }))).toMatch(/^options: a plain number is ambiguous/);
  });

  it("refuses bins that hold no frame", () => {
    expect(failure(() => firingStats(train, { bin: "39us" }))).toMatch(/^options: the bin of 39000 ns is shorter than a frame/);
    for (const call of [
      () => informationEntropy(train, { bin: 0n }),
      () => lempelZiv(train, { bin: "0s" }),
      () => psth(new BigInt64Array(0), train, { bin: 0n, before: 0n, after: "1s" }),
      () => spikeTriggeredHistogram(train, { bin: 0n, before: 0n, after: "1s", channels: 2 }),
    ])
      expect(failure(call)).toMatch(/^options: the bin is empty/);
  });

  it("says what a result would take before it takes the memory", () => {
    const long = trainOfFrames({ 1: [5] }, { durationFrames: 2n ** 52n });
    for (const name of ["firingStats", "networkBursts", "informationEntropy", "lempelZiv"])
      expect(failure(() => analyses[name]!(long))).toMatch(/^limit: .* need \d+ cells, 67108864 are allowed: .*maxCells/);
    expect(failure(() => analyses.psth!(train, { maxCells: 1_000 }))).toMatch(/^limit: histogram counts need 1152 cells, 1000 are allowed/);
    expect(failure(() => psth(BigInt64Array.of(5n, 6n), train, { bin: "1s", before: "1s", after: "1s", maxCells: 128 }))).toBe("no error");
    const events = new BigInt64Array(50).fill(5n);
    expect(failure(() => psth(events, train, { bin: "1s", before: "1s", after: "1s", maxCells: 128 }))).toMatch(/^limit: raster spikes/);
    const wide = { bin: 1n, before: "1h", after: "1h", channels: 2, minRateHz: 0 } as const;
    expect(failure(() => spikeTriggeredHistogram(train, wide))).toMatch(/^limit: spike-triggered histograms/);
  });

  it("refuses figures without sense", () => {
    const bursts = { bin: "1ms", onsetHz: 2, offsetHz: 1 };
    expect(failure(() => networkBursts(train, { ...bursts, onsetHz: Number.NaN }))).toMatch(/^options: onsetHz is NaN/);
    expect(failure(() => networkBursts(train, { ...bursts, minActiveChannels: -1 }))).toMatch(/^options: minActiveChannels is -1/);
    for (const logBase of [0, 1, -2, Number.POSITIVE_INFINITY])
      expect(failure(() => informationEntropy(train, { bin: "1ms", logBase }))).toMatch(/^options: .* is no base/);
    for (const k of [0, 1.5, 65]) expect(failure(() => dctFeatures(train, { k }))).toMatch(/^options: .* no number of frequencies/);
    for (const threshold of [-0.1, 1.1, Number.NaN])
      expect(failure(() => functionalConnectivity(train, { bin: "1ms", threshold }))).toMatch(/^options: the threshold/);
  });

  it("refuses electrodes of another layout, unless the caller vouches for them", () => {
    const loud = trainOfFrames({ 7: [3], 9: [4] });
    for (const name of ["dctFeatures", "spikeTriggeredHistogram", "functionalConnectivity"])
      expect(failure(() => analyses[name]!(loud))).toMatch(/^options: ground channel 7 spikes/);
    expect(dctFeatures(loud, { k: 1, layout: "common" }).spikes[7]).toBe(1);
    expect(failure(() => dctFeatures({ ...train, channelCount: 60 }, { k: 1 }))).toMatch(/^options: the layout has 64 electrodes/);
  });
});
