import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { builtin as connectors } from "../src/connectors/builtin.js";
import { type Ran, sonde, workspace } from "./support/command.js";

const fixtures = fileURLToPath(new URL("../../cl-recordings/test/fixtures", import.meta.url));
const recording = join(fixtures, "2024-12-19_15-20-34.893+10-00_recording.h5");
const place = workspace();

const run = (...args: string[]): Promise<Ran> => sonde(args, { connectors });
const rows = ({ out }: Ran) =>
  out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("sonde over a recording", () => {
  test("lists samples, spikes, stims and data streams", async () => {
    expect(await run("ls", recording)).toMatchObject({
      code: 0,
      out: "samples\nspikes\nstims\ndata_stream/example_data_stream\n",
      err: "",
    });
  });

  test("reads spikes with tick and channel", async () => {
    const read = rows(await run("read", `${recording}:spikes`, "--columns", "tick,channel"));
    expect(read.map(({ tick, channel }) => [tick, channel])).toEqual([
      ["10", 1],
      ["10", 3],
      ["12", 1],
      ["400", 7],
      ["999", 2],
    ]);
    expect(read[0].time).toBe("2024-12-19T05:20:34.893400000Z");
  });

  test("reads the samples that the recorder wrote", async () => {
    const read = rows(await run("head", `${recording}:samples`, "-n", "100"));
    expect(read).toHaveLength(100);
    for (const row of read) {
      const frame = Number(row.tick);
      expect([row.channel_00, row.channel_07]).toEqual([((frame * 7) % 1000) - 500, ((frame * 7 + 91) % 1000) - 500]);
    }
  });

  test("shows entries of a data stream as JSON, arrays of NumPy as lists", async () => {
    const read = rows(await run("read", `${recording}:data_stream/example_data_stream`));
    expect(read.map(({ tick, value }) => [tick, value])).toEqual([
      ["2664", { arbitrary: "data" }],
      ["2665", ["of", "arbitrary", "size"]],
      ["2666", "and type."],
      ["2667", ["18446744073709551615", "18446744073709551614", "18446744073709551613"]],
    ]);
  });

  test("opens a folder of recordings, whose stream ids hold slashes", async () => {
    const { code, out } = await run("ls", fixtures);
    expect(code).toBe(0);
    expect(out).toContain("mock.h5/spikes\n");
    expect(rows(await run("read", `${fixtures}:mock.h5/spikes`, "--columns", "tick"))).toMatchObject([{ tick: "5" }]);
  });

  test.each(["cut", "negative", "outside"])("keeps what is before the damage of data_stream/%s, and ends with 6", async (name) => {
    const file = join(place.folder, `${name}.ndjson`);
    const { code, err } = await run("read", `${join(fixtures, "damaged.h5")}:data_stream/${name}`, "-o", file);
    expect(code).toBe(6);
    expect(err).toContain(`1 row before it is kept in ${file}.partial`);
    expect((await readFile(`${file}.partial`, "utf8")).split("\n")).toHaveLength(2);
  });

  test("says that a file is no recording, and ends with 6", async () => {
    const { code, out, err } = await run("ls", join(fixtures, "../../../hdf5/test/fixtures/not-hdf5.h5"));
    expect({ code, out }).toEqual({ code: 6, out: "" });
    expect(err).toMatch(/^sonde: [^\n]*not-hdf5\.h5[^\n]*\n$/);
  });
});
