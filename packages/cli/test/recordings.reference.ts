import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { builtin as connectors } from "../src/connectors/builtin.js";
import { sonde } from "./support/command.js";
import { columnsOfRepr, jsonOfRepr } from "./support/python.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folder = resolve(root, process.env.SONDE_REFERENCE ?? "../shared/data", "cl");
const recording = resolve(folder, "sdk100_full.h5");

type Expected = {
  readonly nspikes: number;
  readonly nstims: number;
  readonly samples_shape: readonly [number, number];
  readonly samples_head: readonly (readonly number[])[];
  readonly samples_sum: number;
  readonly spikes_ts: readonly number[];
  readonly spikes_ch: readonly number[];
  readonly spike0: readonly number[];
  readonly stims: readonly (readonly [number, number])[];
  readonly streams: { readonly [name: string]: { readonly items: readonly (readonly [number, string])[] } };
};
type Row = { readonly [column: string]: unknown };

async function read(stream: string): Promise<Row[]> {
  const { code, out, err } = await sonde(["read", `${recording}:${stream}`, "--quiet"], { connectors });
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("sonde read of a recording that Python has read too", () => {
  test(`is about the reference data in ${folder}`, () => {
    expect(existsSync(folder), "the reference data is absent: set SONDE_REFERENCE to its folder").toBe(true);
  });

  const expected = (): Expected => JSON.parse(readFileSync(resolve(folder, "sdk100_full.expected.json"), "utf8"));

  test("prints its spikes", async () => {
    const { nspikes, spikes_ts, spikes_ch, spike0 } = expected();
    const rows = await read("spikes");
    expect(rows).toHaveLength(nspikes);
    expect(rows.map(({ tick }) => Number(tick))).toEqual(spikes_ts);
    expect(rows.map(({ channel }) => channel)).toEqual(spikes_ch);
    expect(rows[0]?.samples).toEqual(spike0);
  });

  test("prints its stims", async () => {
    const { nstims, stims } = expected();
    const rows = await read("stims");
    expect(rows).toHaveLength(nstims);
    expect(rows.map(({ tick, channel }) => [Number(tick), channel])).toEqual(stims);
  });

  test("prints its samples", async () => {
    const { samples_shape, samples_head, samples_sum } = expected();
    const frames = (await read("samples")).map((row) =>
      Object.entries(row)
        .filter(([name]) => name.startsWith("channel_"))
        .map(([, sample]) => Number(sample)),
    );
    expect([frames.length, frames[0]?.length]).toEqual(samples_shape);
    expect(frames.slice(0, samples_head.length)).toEqual(samples_head);
    expect(frames.flat().reduce((sum, sample) => sum + sample, 0)).toBe(samples_sum);
  });

  test("prints the entries of its data streams", async () => {
    const { streams } = expected();
    for (const [name, { items }] of Object.entries(streams)) {
      const rows = await read(`data_stream/${name}`);
      const isWhole = rows.every((row) => "value" in row);
      const entries = rows.map(({ time: _time, tick, ...cells }) => [Number(tick), isWhole ? cells.value : cells]);
      expect(entries).toEqual(items.map(([tick, repr]) => [tick, isWhole ? jsonOfRepr(repr) : columnsOfRepr(repr)]));
    }
    expect(Object.keys(streams)).toEqual(["ball", "example_data_stream"]);
  });
});
