import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sonde, workspace } from "./support/command.js";

const place = workspace();
const stream = (name: string) => `${place.archive}:${name}`;
const inFolder = (name: string) => join(place.folder, name);
const lines = (text: string) => text.trimEnd().split("\n");

describe("sonde read", () => {
  test("prints NDJSON to a program, every digit kept", async () => {
    const { code, out, err } = await sonde(["read", stream("numbers")]);
    expect(code).toBe(0);
    expect(lines(out)).toHaveLength(1000);
    expect(JSON.parse(lines(out)[1] ?? "")).toEqual({
      time: "2020-09-13T12:26:40.001000001Z",
      value: 0.5,
      count: "1152921504606846977",
      note: null,
    });
    expect(err).toBe("sonde: reading everything: 2020-09-13T12:26:40.000000001Z <= time < 2020-09-13T12:26:40.999000002Z (999.000001ms)\n");
  });

  test("prints an aligned table to a person, as wide as the terminal", async () => {
    const { out, err } = await sonde(["read", stream("numbers"), "--last", "3ms"], { tty: "stdout", width: 65 });
    expect(out).toBe(
      `time                            value [V]                count
2020-09-13T12:26:40.997000001Z      498.5  1152921504606847973
2020-09-13T12:26:40.998000001Z        499  1152921504606847974
2020-09-13T12:26:40.999000001Z      499.5  1152921504606847975
`,
    );
    expect(err).toContain("1 column left out for the terminal's width (note): choose by --columns");
  });

  test("reads half-open ranges by RFC 3339, by integers and by span", async () => {
    const start = "2020-09-13T12:26:40.002000001Z";
    const times = async (...args: string[]) => {
      const { out } = await sonde(["read", stream("numbers"), "--columns", "value", ...args]);
      return out === "" ? [] : lines(out).map((line) => JSON.parse(line).time.slice(20, 29));
    };
    expect(await times("--start", start, "--end", "2020-09-13T12:26:40.004000001Z")).toEqual(["002000001", "003000001"]);
    expect(await times("--start", "1600000000002000001", "--end", "1600000000004000002")).toEqual(["002000001", "003000001", "004000001"]);
    expect(await times("--start", "2020-09-13T14:26:40.002000001+02:00", "--span", "1ms")).toEqual(["002000001"]);
    expect(await times("--start", start, "--span", "1000001")).toEqual(["002000001", "003000001"]);
    expect(await times("--last", "1500us")).toEqual(["998000001", "999000001"]);
    expect(await times("--end", "1600000000000000001")).toEqual([]);
    expect(await times("--start", "now-5m")).toEqual([]);
  });

  test("says the range that it resolved, and when it is empty", async () => {
    const said = async (...args: string[]) => (await sonde(["read", stream("numbers"), ...args])).err;
    expect(await said("--last", "5ms")).toBe(
      "sonde: reading 2020-09-13T12:26:40.994000002Z <= time < 2020-09-13T12:26:40.999000002Z (5ms)\n",
    );
    expect(await said("--start", "5", "--end", "5")).toContain("which is empty");
    expect(await said("--last", "5ms", "--quiet")).toBe("");
  });

  test("computes windows by --every and --agg, and says so", async () => {
    const { out, err } = await sonde([
      "read",
      stream("numbers"),
      "--columns",
      "value",
      "--every",
      "500ms",
      "--agg",
      "min,max,mean",
      "--format",
      "csv",
    ]);
    expect(lines(out)[0]).toBe("time,min_value,max_value,mean_value,count_value");
    expect(lines(out)[1]).toBe("2020-09-13T12:26:40.000000000Z,0,249.5,124.75,500");
    expect(err).toContain("sonde: windows of 500ms, computed here, exact\n");
  });

  test("reads about as many points as a plot needs", async () => {
    const { out } = await sonde(["read", stream("numbers"), "--columns", "value", "--points", "10"]);
    expect(lines(out).length).toBeGreaterThanOrEqual(10);
    expect(lines(out).length).toBeLessThanOrEqual(40);
  });

  test("decodes cells that are stored encoded", async () => {
    const { out } = await sonde(["read", stream("data/notes")]);
    expect(lines(out).map((line) => JSON.parse(line).value)).toEqual([{ x: 1.5, tags: ["a", "b"] }, "plain", null]);
    expect((await sonde(["head", stream("data/notes")], { tty: "stdout" })).out).toContain("{x: 1.5, tags: [a, b]}");
  });

  test("writes each format by its extension, whole", async () => {
    for (const [name, begin] of [
      ["out.csv", "time,value,count,note\n2020-09-13T12:26:40.000000001Z,0,1152921504606846976,row 0\n"],
      ["out.ndjson", '{"time":"2020-09-13T12:26:40.000000001Z"'],
      ["out.jsonl", '{"time":"2020-09-13T12:26:40.000000001Z"'],
      ["out.arrow", "ARROW1"],
      ["out.parquet", "PAR1"],
    ] as const) {
      const { code, out, err } = await sonde(["read", stream("numbers"), "-o", inFolder(name)]);
      expect({ code, out }).toEqual({ code: 0, out: "" });
      expect(err).toContain(`sonde: 1,000 rows in ${inFolder(name)}\n`);
      expect((await readFile(inFolder(name), "latin1")).startsWith(begin)).toBe(true);
    }
    expect((await readdir(place.folder)).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });

  test("writes a header where there are no rows", async () => {
    expect((await sonde(["read", stream("empty"), "--format", "csv", "--columns", "value"])).out).toBe("time,value\n");
    expect((await sonde(["read", stream("empty"), "-o", inFolder("empty.parquet")])).code).toBe(0);
    expect((await readFile(inFolder("empty.parquet"), "latin1")).endsWith("PAR1")).toBe(true);
    expect((await sonde(["read", stream("empty")], { tty: "stdout" })).out).toMatch(/^time +value \[V\] +count +note\n$/);
  });

  test("streams Arrow into a pipe, and refuses it to a terminal", async () => {
    expect((await sonde(["read", stream("numbers"), "--format", "arrow"])).bytes.subarray(0, 4)).toEqual(Buffer.from([255, 255, 255, 255]));
    for (const format of ["arrow", "parquet"]) {
      const { code, out, err } = await sonde(["read", stream("numbers"), "--format", format, "-o", "-"], { tty: "stdout" });
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(err).toContain(`${format} is not for a terminal`);
    }
  });

  test("keeps whole rows before damage as .partial, counts them, and ends with 6", async () => {
    const { code, err } = await sonde(["read", stream("damaged"), "-o", inFolder("damaged.csv")]);
    expect(code).toBe(6);
    expect(lines(err).at(-1)).toBe(
      `sonde: block 2 of 'damaged' fails its checksum: copy the file again; 200 rows before it are kept in ${inFolder("damaged.csv")}.partial`,
    );
    expect(lines(await readFile(`${inFolder("damaged.csv")}.partial`, "utf8"))).toHaveLength(201);
    expect(await readdir(place.folder)).not.toContain("damaged.csv");
    const piped = await sonde(["read", stream("damaged")]);
    expect(piped.code).toBe(6);
    expect(lines(piped.out)).toHaveLength(200);
    expect(piped.err).toContain("200 rows before it are written");
  });

  test("closes a partial Parquet file properly", async () => {
    await sonde(["read", stream("damaged"), "-o", inFolder("damaged.parquet")]);
    const bytes = await readFile(`${inFolder("damaged.parquet")}.partial`, "latin1");
    expect([bytes.slice(0, 4), bytes.slice(-4)]).toEqual(["PAR1", "PAR1"]);
  });

  test("keeps the rows before a cell that can't be decoded, and names its row", async () => {
    const { code, out, err } = await sonde(["read", stream("data/torn")]);
    expect(code).toBe(6);
    expect(lines(out)).toHaveLength(2);
    expect(err).toContain("'value' of the row at 2020-09-13T12:26:40.002000001Z: a cell is not JSON; 2 rows before it are written");
  });

  test("keeps whole batches at Ctrl-C, says how many rows, and ends with 130", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new DOMException("stop", "AbortError")), 150);
    const { code, err } = await sonde(["read", stream("stalling"), "-o", inFolder("stalling.csv")], { signal: controller.signal });
    expect(code).toBe(130);
    expect(lines(err).at(-1)).toBe(`sonde: interrupted; 300 rows before it are kept in ${inFolder("stalling.csv")}.partial`);
    expect(lines(await readFile(`${inFolder("stalling.csv")}.partial`, "utf8"))).toHaveLength(301);
  });

  test("lists the streams to choose from when none is named", async () => {
    const { code, out, err } = await sonde(["read", place.archive]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toBe(
      `sonde: which stream? Name one after a colon, such as ${place.archive}:numbers; there are numbers, empty, data/notes, data/torn, damaged, stalling, endless
`,
    );
  });

  test("refuses to write over what it reads", async () => {
    const { code, err } = await sonde(["read", stream("numbers"), "-o", place.archive, "--format", "csv"]);
    expect(code).toBe(2);
    expect(err).toContain("write to another file");
  });

  test("leaves a file of the same name alone until the new one is whole", async () => {
    await writeFile(inFolder("old.csv"), "old");
    await sonde(["read", stream("damaged"), "-o", inFolder("old.csv")]);
    expect(await readFile(inFolder("old.csv"), "utf8")).toBe("old");
    await sonde(["read", stream("numbers"), "-o", inFolder("old.csv")]);
    expect(await readFile(inFolder("old.csv"), "utf8")).not.toBe("old");
  });

  test("says where the rows are when the file can't take its name", async () => {
    await mkdir(inFolder("folder.csv"));
    const { code, err } = await sonde(["read", stream("numbers"), "-o", inFolder("folder.csv")]);
    expect(code).toBe(1);
    expect(err).toContain(`it is whole in ${inFolder("folder.csv")}.partial`);
  });

  test("says that a folder to write into is missing", async () => {
    const { code, err } = await sonde(["read", stream("numbers"), "-o", inFolder("no/out.csv")]);
    expect(code).toBe(1);
    expect(err).toContain("can't write");
  });

  test.each([
    [["--start", "yesterday"], "--start: "],
    [["--end", "2020-13-01"], "--end: "],
    [["--last", "5 parsecs"], "--last: "],
    [["--last", "5s", "--start", "now"], "--last stands alone"],
    [["--span", "5s"], "--span goes with --start"],
    [["--start", "now", "--span", "5s", "--end", "now"], "--span goes with --start"],
    [["--agg", "min"], "--every 1s"],
    [["--every", "1s", "--agg", "modus"], "no statistic 'modus'"],
    [["--every", "0s"], "at least 1ns"],
    [["--every", "1s", "--points", "10"], "give one of them"],
    [["--points", "0"], "--points: '0' is not a whole number"],
    [["--columns", "a,,b"], "--columns: a name is empty"],
    [["-o", "out.xlsx"], "the extension .xlsx says no format"],
    [["-o", "out"], "out has no extension"],
    [["--format", "xml"], "Allowed choices are table, ndjson, csv, arrow, parquet"],
    [["--json", "--format", "csv"], "--json is NDJSON"],
    [["-o", "x.csv", "--format", "table"], "a table is for people"],
    [["--frobnicate"], "unknown option '--frobnicate'"],
  ])("refuses %j before it opens anything", async (args, message) => {
    const { code, out, err } = await sonde(["read", "lab://host/auth:numbers", ...args]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(lines(err)).toHaveLength(1);
    expect(err).toContain(message);
  });
});

describe("sonde head", () => {
  test("prints ten rows, or as many as asked, across batches", async () => {
    expect(lines((await sonde(["head", stream("endless")])).out)).toHaveLength(10);
    expect(lines((await sonde(["head", stream("endless"), "-n", "250", "--columns", "value"])).out)).toHaveLength(250);
    expect((await sonde(["head", stream("empty"), "--format", "csv"])).out).toBe("time,value,count,note\n");
  });

  test("never comes to the damage behind the rows that are asked for", async () => {
    expect((await sonde(["head", stream("damaged"), "-n", "200"])).code).toBe(0);
    expect((await sonde(["head", stream("damaged"), "-n", "201"])).code).toBe(6);
  });
});
