import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { openHdf5 } from "@sonde/hdf5";
import { describe, expect, test } from "vitest";
import { isBlocked, openRecording, type Recording, readAttributes } from "../src/index.js";
import { parsePickle } from "../src/pickle/parse.js";
import { column } from "./support/fixture.js";
import { bytesRepr, entryRepr, pickleRepr, textRepr } from "./support/python.js";
import { pythonFloat } from "./support/tree.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folder = resolve(root, process.env.SONDE_REFERENCE ?? "../shared/data", "cl");
const file = (name: string): string => resolve(folder, name);
const json = (name: string) => JSON.parse(readFileSync(file(name), "utf8"));

describe("the reference recordings", () => {
  test(`are in ${folder}`, () => {
    expect(existsSync(folder), "the reference data is absent: set SONDE_REFERENCE to its folder").toBe(true);
  });
});

type Expected = {
  attributes: { [name: string]: unknown };
  nspikes: number | null;
  nstims: number | null;
  samples_shape: [number, number] | null;
  samples_head?: number[][];
  samples_sum?: number;
  spikes_ts?: number[];
  spikes_ch?: number[];
  spike0?: number[];
  stims?: [number, number][];
  streams?: { [name: string]: { attributes: { application: unknown; name: string }; items: [number, string][] } };
};

async function opened(name: string, work: (recording: Recording) => Promise<void>): Promise<void> {
  const recording = await openRecording(file(name));
  try {
    await work(recording);
  } finally {
    await recording.close();
  }
}

/** Attributes as JSON holds them: integers that are numbers, nothing of Python's kinds. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value, (_key, item) => (typeof item === "bigint" ? Number(item) : item)));

describe.each([
  ["sdk100_full.h5", "sdk100_full.expected.json"],
  ["sdk100_excl_from_frames_ago.h5", "sdk100_excl.expected.json"],
  ["sdk100_crashed_unfinished.h5", "sdk100_crashed_unfinished.expected.json"],
])("%s, recorded by the simulator, as Python reads it", (name, expectedName) => {
  const expected: Expected = existsSync(folder) ? json(expectedName) : { attributes: {} };

  test("has its attributes", () =>
    opened(name, async ({ attributes }) => {
      expect(plain(attributes)).toEqual(expected.attributes);
    }));

  test("has its samples", () =>
    opened(name, async ({ samples }) => {
      expect(samples.recorded).toBe(expected.samples_shape !== null);
      if (expected.samples_shape === null) return;
      expect(samples.shape).toEqual(expected.samples_shape);
      const head = await samples.read({ from: 0, to: 2, unit: "raw" });
      expect(expected.samples_head!.map((_, frame) => head.values.map((values) => Number(values[frame])))).toEqual(expected.samples_head);
      let sum = 0;
      for await (const { values } of samples.blocks({ unit: "raw" }))
        for (const channel of values) for (const value of channel) sum += Number(value);
      expect(sum).toBe(expected.samples_sum);
    }));

  test("has its spikes and stims", () =>
    opened(name, async ({ spikes, stims }) => {
      expect([spikes.recorded, spikes.size]).toEqual([expected.nspikes !== null, expected.nspikes ?? 0]);
      expect([stims.recorded, stims.size]).toEqual([expected.nstims !== null, expected.nstims ?? 0]);
      const table = await spikes.table({ columns: ["tick", "channel", "samples"] });
      expect(column(table, "tick")).toEqual((expected.spikes_ts ?? []).map(BigInt));
      expect(column(table, "channel")).toEqual(expected.spikes_ch ?? []);
      if (expected.spike0)
        expect(Array.from(table.getChild("samples")!.data[0]!.children[0]!.values).slice(0, 75)).toEqual(expected.spike0);
      const stimulations = await stims.table();
      const ticks = column(stimulations, "tick");
      expect(column(stimulations, "channel").map((channel, row) => [Number(ticks[row]), channel])).toEqual(expected.stims ?? []);
    }));

  test("has its data streams, entry by entry", () =>
    opened(name, async ({ dataStreams }) => {
      const streams = Object.entries(expected.streams ?? {});
      expect(dataStreams.keys()).toEqual(streams.map(([stream]) => stream));
      for (const [stream, { attributes, items }] of streams) {
        expect(plain(dataStreams.get(stream).attributes)).toEqual(attributes);
        const entries = await dataStreams.get(stream).entries().toArray();
        expect(entries.map(({ tick, bytes }) => [Number(tick), entryRepr(bytes)])).toEqual(items);
      }
    }));
});

describe("other files", () => {
  test("a crashed recording is unfinished and empty", () =>
    opened("sdk100_crashed_unfinished.h5", async ({ status, frames, duration }) => {
      expect({ status, frames, duration }).toEqual({ status: "unfinished", frames: 0n, duration: 0n });
    }));

  test("a file that calls its ticks absolute, though they lie before its start, is read as relative with a warning", () =>
    opened("absolute_timestamps.h5", async ({ spikes, formatVersion, warnings }) => {
      expect(formatVersion).toBe("1");
      expect(column(await spikes.table(), "tick")).toEqual([15n, 123n, 254n, 318n, 451n]);
      expect(warnings).toEqual([expect.stringContaining("spikes: the file says that ticks are absolute")]);
    }));

  test("every kind of entry is read, also those that Python refuses", () =>
    opened("cl_small_pytables.h5", async ({ dataStreams }) => {
      const values = await dataStreams.get("types").values().toArray();
      expect(values).toHaveLength(22);
      expect(values[15]).toEqual(new Map([[1, "intkey"]]));
      expect(String(values[18])).toBe("[[0 2 4]\n [1 3 5]]");
    }));

  test("a filter that is not built in is refused, what needs none is read", async () => {
    for (const name of ["filter_lzo.h5", "filter_blosc.h5"]) {
      await opened(name, async ({ samples, spikes, attributes }) => {
        expect(attributes.channel_count).toBe(64);
        await expect(samples.read({ to: 10 }), name).rejects.toMatchObject({ code: "unsupported" });
        await expect(spikes.table(), name).rejects.toMatchObject({ code: "unsupported" });
      });
    }
    await opened("filter_zlib.h5", async ({ samples, spikes }) => {
      const { values } = await samples.read({ unit: "raw" });
      expect(values[0]!.every((value) => value === 0)).toBe(true);
      expect((await spikes.table()).numRows).toBe(spikes.size);
    });
  });
});

describe.each([
  ["pickle_attrs_np1", 1],
  ["pickle_attrs_np2", 2],
] as const)("%s, attributes of every kind", (name, numpy) => {
  test("read as Python reads them", async () => {
    const { repr } = json(`${name}.json`) as { repr: { [attribute: string]: string } };
    const opened = await openHdf5(file(`${name}.h5`));
    try {
      const stored = await opened.attributes("/");
      const values = await readAttributes(opened);
      expect(Object.keys(values).sort()).toEqual(Object.keys(repr).sort());
      const shown: { [attribute: string]: string } = {};
      for (const [attribute, value] of Object.entries(values)) {
        expect(isBlocked(value), attribute).toBe(false);
        shown[attribute] = attributeRepr(attribute, value, stored.get(attribute)!.bytes, numpy);
      }
      expect(shown).toEqual(repr);
    } finally {
      await opened.close();
    }
  });
});

/** Pickles are printed from what was parsed, for their floats and tuples; other attributes from their values. */
function attributeRepr(name: string, value: unknown, bytes: Uint8Array, numpy: 1 | 2): string {
  if (name === "float_attr") return pythonFloat(value as number);
  if (name === "np_arr_attr") return `array([${(value as BigUint64Array).join(", ")}], dtype=uint64)`;
  if (name === "np_bytes_arr") return `array([${(value as string[]).map((text) => `b${textRepr(text)}`).join(", ")}], dtype='|S2')`;
  if (name === "np_str_arr") return `array([${(value as { data: string[] }).data.map(textRepr).join(", ")}], dtype='<U2')`;
  if (name === "complex_attr") return String(value);
  if (typeof value === "string") return textRepr(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return bytesRepr(value);
  const end = bytes.lastIndexOf(0x2e) + 1;
  return pickleRepr(parsePickle(bytes.subarray(0, end)), numpy);
}
