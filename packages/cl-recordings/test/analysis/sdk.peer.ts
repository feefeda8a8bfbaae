import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  dctFeatures,
  firingStats,
  informationEntropy,
  type JsonObject,
  lempelZiv,
  networkBursts,
  type SpikeTrain,
  type TickLimit,
  toJson,
  trainOf,
} from "../../src/analysis/index.js";
import { openRecording } from "../../src/index.js";
import { calls } from "./oracle/calls.js";
import { compare, newComparison, type Scales } from "./oracle/compare.js";
import { culture, trainOfFrames } from "./trains.js";

const python = process.env.SONDE_CL_SDK_PYTHON;

it("has a Cortical Labs SDK to compare with, or says that it has not", () => {
  if (python !== undefined) return;
  console.warn(
    "NOT COMPARED with the Cortical Labs SDK: set SONDE_CL_SDK_PYTHON to a Python of 3.12 or later that has cl-sdk 1.0.0 installed",
  );
});

interface Case {
  readonly name: string;
  readonly train: SpikeTrain;
  readonly limit?: { readonly from: bigint; readonly to: bigint };
}

const bursting = culture(1, { frames: 90_001, maxHz: 20, bursts: 6 });
const cases: readonly Case[] = [
  { name: "bursting", train: bursting },
  { name: "bursting, limited", train: bursting, limit: { from: 20_003n, to: 70_000n } },
  { name: "synchronous", train: culture(12, { frames: 60_000, maxHz: 3, bursts: 20 }) },
  { name: "on a grid of 25 frames", train: culture(3, { frames: 75_000, maxHz: 30, bursts: 3, grid: 25 }) },
  { name: "sparse", train: culture(4, { frames: 100_000, maxHz: 0.5, bursts: 1 }) },
  { name: "one spike", train: trainOfFrames({ 9: [49_999] }) },
  { name: "silent", train: trainOfFrames({}) },
  { name: "regular", train: trainOfFrames({ 9: frames(500, 0), 10: frames(500, 25), 12: frames(1_250, 0), 20: frames(2_500, 1) }) },
  {
    name: "at 20 kHz",
    train: { ...culture(5, { frames: 50_000, maxHz: 9, bursts: 4 }), framesPerSecond: 20_000 },
  },
  { name: "of 256 channels", train: { ...culture(16, { frames: 30_000, maxHz: 9, bursts: 4 }), channelCount: 256 } },
  { name: "with a ground channel that spikes", train: trainOfFrames({ 0: [5, 10], 9: [3, 30, 300] }) },
  { name: "outside the recording", train: trainOfFrames({ 9: [-7, 3, 4], 10: [49_999, 50_000, 70_000] }) },
];

function frames(step: number, first: number): number[] {
  return Array.from({ length: Math.ceil((50_000 - first) / step) }, (_, at) => first + at * step);
}

/** The results of a run of the SDK, by case and then by call. */
interface Answer {
  readonly cases: { readonly [name: string]: readonly Outcome[] };
  readonly simulated: { readonly [name: string]: Simulated };
  readonly saved: readonly unknown[];
}
type Outcome = { readonly result: JsonObject } | { readonly error: string };
interface Simulated {
  readonly path: string;
  readonly ticks: readonly number[];
  readonly channels: readonly number[];
  readonly results: readonly Outcome[];
}

const folder = mkdtempSync(join(tmpdir(), "sonde-cl-sdk-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function ask(request: { readonly cases: unknown; readonly simulated: unknown; readonly saved: unknown }): Answer {
  const [question, answer] = [join(folder, "request.json"), join(folder, "answer.json")];
  writeFileSync(question, JSON.stringify(request));
  const script = join(import.meta.dirname, "oracle/oracle.py");
  execFileSync(python ?? "", [script, question, answer], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  return JSON.parse(readFileSync(answer, "utf8"));
}

const asked = (limit?: { readonly from: bigint; readonly to: bigint }) =>
  calls.map((call) => ({ method: call.method, arguments: call.arguments, limit: limit && [Number(limit.from), Number(limit.to)] }));

/** What the SDK computes differently from run to run or machine to machine; the path is the oracle's. */
const leftOut = ["graph_partition", "modularity_index", "max_betweenness_centrality", "file_path"];

/** Where terms cancel: the size of the terms. */
function scalesOf(train: SpikeTrain): Scales {
  const seconds = Number(train.durationFrames) / train.framesPerSecond;
  return {
    channel_ISI_var: seconds ** 2,
    culture_ISI_var: seconds ** 2,
    dct_features: train.ticks.length,
    adjacency_matrix: 1,
    total_edge_weights: 1,
    average_edge_weights: 1,
    clustering_coefficient: 1,
  };
}

type Histograms = { readonly [pair: string]: unknown };

/**
 * Which of several equally active channels the SDK compares turns on NumPy's unstable sort, hence on the processor. Pairs with a channel that
 * only one side has chosen are left out, if all of those are equally active.
 */
function withoutTies(train: SpikeTrain, limit: TickLimit, results: readonly [JsonObject, JsonObject]): readonly JsonObject[] {
  const histograms = results.map((result) => result.histograms as Histograms | undefined);
  if (histograms.includes(undefined)) return results;
  const [theirs, ours] = histograms.map((all) => new Set(Object.keys(all!).flatMap((pair) => pair.split(",").map(Number))));
  const tied = [...theirs!, ...ours!].filter((channel) => !theirs!.has(channel) || !ours!.has(channel));
  const { channelFrames } = networkBursts(train, { bin: "1s", onsetHz: 1, offsetHz: 1, ...limit });
  if (new Set(tied.map((channel) => channelFrames[channel]!.length)).size > 1) return results;
  const kept = (pair: string) => !pair.split(",").some((channel) => tied.includes(Number(channel)));
  return results.map((result, at) => ({
    ...result,
    histograms: Object.fromEntries(Object.entries(histograms[at]!).filter(([pair]) => kept(pair))),
  }));
}

function compareAll(train: SpikeTrain, limit: TickLimit, outcomes: readonly Outcome[], name: string) {
  const found = newComparison();
  const refused: string[] = [];
  for (const [at, call] of calls.entries()) {
    const theirs = outcomes[at]!;
    const where = `${name}: ${call.method}(${JSON.stringify(call.arguments)})`;
    let ours: JsonObject | Error;
    try {
      ours = call.ours(train, limit);
    } catch (error) {
      ours = error as Error;
    }
    if ("error" in theirs) {
      refused.push(`${call.method}: ${theirs.error}`);
      if (!(ours instanceof Error)) found.differences.push(`${where}: theirs ${theirs.error}, ours a result`);
    } else if (ours instanceof Error) {
      found.differences.push(`${where}: ours ${ours.message}`);
    } else {
      const [left, right] = withoutTies(train, limit, [theirs.result, ours]);
      compare(found, where, left, right, { leftOut, scales: scalesOf(train) });
    }
  }
  return { ...found, refused };
}

describe.runIf(python !== undefined)("the Cortical Labs SDK", () => {
  it("gives the same results for trains that were made up", { timeout: 600_000 }, () => {
    const answer = ask({
      cases: cases.map(({ name, train, limit }) => ({
        name,
        ticks: Array.from(train.ticks, Number),
        channels: [...train.channels],
        durationFrames: Number(train.durationFrames),
        framesPerSecond: train.framesPerSecond,
        channelCount: train.channelCount,
        calls: asked(limit),
      })),
      simulated: [],
      saved: [],
    });
    const differences: string[] = [];
    for (const { name, train, limit } of cases) {
      const found = compareAll(train, limit ?? {}, answer.cases[name]!, name);
      console.log(
        `${name}: ${train.ticks.length} spikes, ${calls.length} analyses (${found.refused.length} refused by both), ` +
          `${found.numbers} numbers, ${found.numbers - found.identical} not to the last bit, by ${found.largest.toExponential(1)} at most`,
      );
      differences.push(...found.differences);
    }
    expect(differences).toEqual([]);
  });

  it("gives the same results for its simulator's recordings", { timeout: 600_000 }, async () => {
    const simulated = [
      { name: "seed 7", seconds: 2, seed: 7, calls: asked() },
      { name: "seed 11", seconds: 2, seed: 11, calls: asked() },
    ];
    const answer = ask({ cases: [], simulated, saved: [] });
    for (const { name } of simulated) {
      const { path, ticks, channels, results } = answer.simulated[name]!;
      await using recording = await openRecording(path);
      const train = await trainOf(recording);
      expect(Array.from(train.ticks, Number)).toEqual(ticks);
      expect([...train.channels]).toEqual(channels);
      const found = compareAll(train, {}, results, name);
      console.log(
        `${name}: ${ticks.length} spikes, ${found.numbers} numbers, ${found.numbers - found.identical} not to the last bit, refused by both: ${found.refused.join(", ") || "none"}`,
      );
      expect(found.differences).toEqual([]);
      expect(ticks.length).toBeGreaterThan(1_000);
    }
  });

  it("loads what toJson writes", { timeout: 120_000 }, () => {
    const saved = [
      { type: "AnalysisResultFiringStats", result: toJson(firingStats(bursting)) },
      { type: "AnalysisResultNetworkBursts", result: toJson(networkBursts(bursting, { bin: "100ms", onsetHz: 8, offsetHz: 4 })) },
      { type: "AnalysisResultInformationEntropy", result: toJson(informationEntropy(bursting, { bin: "100ms" })) },
      { type: "AnalysisResultComplexityLempelZiv", result: toJson(lempelZiv(bursting, { bin: "10ms" })) },
      { type: "AnalysisResultDctFeatures", result: toJson(dctFeatures(bursting, { k: 3 })) },
    ];
    const answer = ask({ cases: [], simulated: [], saved });
    expect(answer.saved).toEqual(saved.map(({ result }) => result));
  });
});
