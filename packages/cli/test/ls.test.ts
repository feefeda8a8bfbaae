import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { streamSchema } from "@sonde/core/schema";
import { describe, expect, test } from "vitest";
import { sonde, workspace } from "./support/command.js";

const place = workspace();
const ids = ["numbers", "empty", "data/notes", "data/torn", "damaged", "stalling", "endless"];

describe("sonde ls", () => {
  test("prints an id a line", async () => {
    expect(await sonde(["ls", place.archive])).toMatchObject({ code: 0, out: `${ids.join("\n")}\n`, err: "" });
  });

  test("prints a JSON object a line by the published schema", async () => {
    const { code, out } = await sonde(["ls", place.archive, "--json"]);
    const streams = out
      .trim()
      .split("\n")
      .map((line) => streamSchema.parse(JSON.parse(line)));
    expect(code).toBe(0);
    expect(streams.map(({ id }) => id)).toEqual(ids);
    expect(streams[0]?.metadata).toEqual({ place: "bench", limit: String(2n ** 60n), nested: { deep: [1, 2] } });
  });

  test("tells kind, rows, first, last and rate of each to a person", async () => {
    const { code, out } = await sonde(["ls", "-l", place.archive], { tty: "stdout", width: 200 });
    const [header, numbers, empty, notes] = out.split("\n");
    expect(code).toBe(0);
    expect(header).toMatch(/id +kind +rows +rate +first +last/);
    expect(numbers).toMatch(/^numbers +series +1,000 +1000\/s +2020-09-13T12:26:40.000000001Z +2020-09-13T12:26:40.999000001Z$/);
    expect(empty).toMatch(/^empty +series +0 +- +- +-$/);
    expect(notes).toMatch(/^data\/notes +events +\? +\? +\? +\?$/);
  });

  test("tells the same to a program, times as digits", async () => {
    const { out } = await sonde(["ls", "-l", place.archive]);
    const [numbers] = out.split("\n").map((line) => line && JSON.parse(line));
    expect(numbers.known).toMatchObject({
      kind: "series",
      rows: 1000,
      extent: { start: "1600000000000000001", end: "1600000000999000002" },
    });
    expect(numbers.known.schema[1]).toMatchObject({ name: "value", unit: "V", role: "quantity" });
  });

  test("lists the others when one stream can't be described, and ends with its code", async () => {
    const { code, out, err } = await sonde(["ls", "-l", "lab://host/broken"]);
    expect(code).toBe(6);
    expect(
      out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).id),
    ).toEqual(["numbers", "broken"]);
    expect(err).toBe("sonde: broken: the header of 'broken' is cut off\nsonde: 1 stream could not be described\n");
  });

  test("says that a file does not exist", async () => {
    const { code, out, err } = await sonde(["ls", "missing.h5"]);
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err).toBe("sonde: there is no file or folder missing.h5: check its name and the folder you are in\n");
  });

  test("opens a file whose name holds colons, and one that looks like an address", async () => {
    for (const name of ["run:1.lab", "12:30:00.lab"]) {
      const file = join(place.folder, name);
      await writeFile(file, "");
      expect((await sonde(["ls", file])).code).toBe(0);
      expect((await sonde(["head", `${file}:numbers`, "-n", "1"])).out).toContain("40.000000001Z");
    }
  });

  test("opens a file by its file: URL", async () => {
    expect((await sonde(["ls", new URL(`file://${place.archive}`).href])).code).toBe(0);
    expect((await sonde(["ls", "file:///no/such.lab"])).code).toBe(3);
  });

  test("says which connectors there are for a file that none takes", async () => {
    const other = join(place.folder, "x.csv");
    await writeFile(other, "");
    await mkdir(join(place.folder, "folder"));
    for (const name of [other, join(place.folder, "folder"), "zip://host/x"]) {
      const { code, err } = await sonde(["ls", name]);
      expect(code).toBe(7);
      expect(err).toContain("there are lab (.lab, lab:)");
    }
  });

  test("sends who names a stream to info", async () => {
    expect(await sonde(["ls", `${place.archive}:numbers`])).toMatchObject({ code: 2, out: "" });
  });
});
