import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isSondeError } from "@sonde/core";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { openRecording, type Recording } from "../src/index.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const reference = resolve(root, process.env.SONDE_REFERENCE ?? "../shared/data");
const filesIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(".h5"))
        .map((name) => resolve(folder, name))
    : [];
const recordings = filesIn(resolve(reference, "cl"));
const strangers = ["hdf5", "pytables"].flatMap((name) => filesIn(resolve(reference, "corpora", name)));

const truncations = 200;
const flips = 500;
const mostMilliseconds = 2000;
const mostBytes = 256e6;

/** A part of a recording: what it gave, or why it did not. */
type Outcome = { readonly value: string } | { readonly code: string };
type Outcomes = { readonly [part: string]: Outcome };
const counts = { files: 0, truncated: 0, flipped: 0, random: 0, refused: 0, whole: 0, changed: 0, slowest: 0, memory: 0 };

const text = (value: unknown) => JSON.stringify(value, (_key, item) => (typeof item === "bigint" ? `${item}n` : item));

/** Every part by itself; what is no typed error that names the file is thrown on. */
async function partsOf(bytes: Uint8Array): Promise<Outcomes> {
  const outcomes: { [part: string]: Outcome } = {};
  const attempt = async <T>(part: string, work: () => Promise<T>, print: (found: T) => unknown = () => ""): Promise<T | undefined> => {
    try {
      const found = await work();
      outcomes[part] = { value: text(print(found)) };
      return found;
    } catch (error) {
      if (!isSondeError(error)) throw error;
      expect(error.message, "names the file or the place in it").toMatch(/hostile|\/|data stream|attribute|entry/);
      if (error.code === "format") expect(error.key).not.toBe("");
      outcomes[part] = { code: error.code };
      return undefined;
    }
  };
  const [rss, peak] = [process.memoryUsage().rss, process.resourceUsage().maxRSS];
  const start = performance.now();
  const recording: Recording | undefined = await attempt("open", () => openRecording(bytes, { name: "hostile.h5" }));
  if (recording !== undefined) {
    try {
      await attempt("attributes", async () => recording.attributes, String);
      await attempt(
        "samples",
        () => recording.samples.read({ to: 1000, unit: "raw" }),
        ({ values }) => values.map((channel) => [...channel]),
      );
      for (const name of ["spikes", "stims"] as const) {
        const columns =
          name === "spikes" && recording.spikes.schema.fields.length > 3 ? ["tick", "channel", "samples"] : ["tick", "channel"];
        await attempt(name, () => recording[name].table({ columns }), String);
      }
      for (const stream of recording.dataStreams) {
        await attempt(
          `data stream ${stream.name}`,
          () => stream.entries().toArray(),
          (entries) => entries.map(([tick, value]) => [tick, String(value)]),
        );
      }
    } finally {
      await recording.close();
    }
  }
  const taken = performance.now() - start;
  counts.slowest = Math.max(counts.slowest, taken);
  const { maxRSS } = process.resourceUsage();
  // A new peak is this file's doing.
  if (maxRSS > peak) counts.memory = Math.max(counts.memory, maxRSS * 1024 - rss);
  expect(taken).toBeLessThan(mostMilliseconds);
  if (Object.values(outcomes).some((outcome) => "code" in outcome)) counts.refused++;
  else counts.whole++;
  return outcomes;
}

/** The same places in every run. */
function* places(count: number, length: number): Generator<number> {
  let state = 20_241_219;
  for (let k = 0; k < count; k++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield Math.floor((state / 2 ** 32) * length);
  }
}

test("the reference files are there", () => {
  const absent = `the reference data is absent from ${reference}: set SONDE_REFERENCE to its folder`;
  expect(recordings.length, absent).toBeGreaterThan(0);
  expect(strangers.length, absent).toBeGreaterThan(0);
});

describe.each(recordings.map((path) => [path.slice(reference.length + 1), path]))("%s", (_name, path) => {
  const whole = new Uint8Array(readFileSync(path));

  test(`cut at ${truncations} places gives what it gave, or a typed error`, async () => {
    const intact = await partsOf(whole);
    counts.files++;
    for (const length of places(truncations, whole.length)) {
      const found = await partsOf(whole.subarray(0, length));
      for (const [part, outcome] of Object.entries(found))
        if ("value" in outcome) expect(outcome, `${part}, cut at ${length}`).toEqual(intact[part]);
      counts.truncated++;
    }
  }, 600_000);

  test(`with each of ${flips} bytes flipped is read, or refused with a typed error`, async () => {
    const intact = text(await partsOf(whole));
    for (const place of places(flips, whole.length)) {
      const bytes = whole.slice();
      bytes[place] = (bytes[place] ?? 0) ^ 0xff;
      if (text(await partsOf(bytes)) !== intact) counts.changed++;
      counts.flipped++;
    }
  }, 1_200_000);
});

test("random bytes, behind the signature and without it, are refused", async () => {
  const signature = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 4096 }), fc.boolean(), async (bytes, signed) => {
      expect(await partsOf(signed ? Uint8Array.of(...signature, ...bytes) : bytes)).toMatchObject({ open: { code: "format" } });
      counts.random++;
    }),
    { numRuns: 300, seed: 5 },
  );
}, 120_000);

test("files of strangers are no recordings, or read like one", async () => {
  for (const path of strangers) await partsOf(new Uint8Array(readFileSync(path)));
}, 120_000);

afterAll(() => {
  const { files, truncated, flipped, random, refused, whole, changed, slowest, memory } = counts;
  const read = `${whole} read whole, ${refused} refused in part or whole, ${changed} of the flips to be seen`;
  const cost = `${Math.round(slowest)} ms at most, ${Math.round(memory / 1e6)} MB more for one file at most`;
  console.log(
    `${files} recordings: ${truncated} truncations, ${flipped} flips, ${random} random, ${strangers.length} strangers; ${read}; ${cost}`,
  );
  expect(memory).toBeLessThan(mostBytes);
});
