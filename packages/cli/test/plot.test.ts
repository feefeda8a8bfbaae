import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDots } from "../src/plot/dots.js";
import { picturedSchema, planSchema, plottedSchema } from "../src/schema.js";
import { sonde, workspace } from "./support/command.js";

const place = workspace();

describe("sonde plot", () => {
  test("draws rows as a line, with the bounds of value and time", async () => {
    const { code, out, err } = await sonde([
      "plot",
      `${place.archive}:numbers`,
      "--columns",
      "value",
      "--end",
      "2020-09-13T12:26:40.1Z",
      "--width",
      "60",
      "--height",
      "4",
    ]);
    expect(code).toBe(0);
    expect(out).toBe(
      [
        "           value [V]",
        "    49.5 ┤                                     ⢀⣀⣀⣀⠤⠤⠤⠔⠒⠒⠊⠉⠁",
        "         │                         ⣀⣀⣀⡠⠤⠤⠔⠒⠒⠊⠉⠉⠁",
        "         │            ⢀⣀⣀⡠⠤⠤⠔⠒⠒⠊⠉⠉⠉",
        "       0 ┤ ⣀⡠⠤⠤⠔⠒⠒⠒⠉⠉⠉⠁",
        `         └${"─".repeat(50)}`,
        "           2020-09-13T12:26:40.000000001Z",
        "           2020-09-13T12:26:40.1Z (99.999999ms)",
        "",
      ].join("\n"),
    );
    expect(err).toContain("100 rows as stored");
  });

  test("draws windows of many rows as a band, and says so", async () => {
    const { code, out, err } = await sonde(
      ["plot", `${place.archive}:numbers`, "--columns", "value", "--width", "40", "--zone", "Asia/Tokyo"],
      { tty: "stdout" },
    );
    expect(code).toBe(0);
    expect(out).toContain("2020-09-13T21:26:40.000000001+09:00");
    expect(err).toMatch(/rows: windows, computed here, exact/);
    expect(out.split("\n").filter((line) => /[┤│]/.test(line) && [...line].length > 40)).toEqual([]);
  });

  test("draws events by channel, and bars", async () => {
    const raster = await sonde(["plot", `${place.archive}:spikes`, "--width", "60"]);
    expect(raster.out).toContain("40 events by channel");
    expect(raster.out).toMatch(/^ +0 ┤ .*\n[\s\S]*^ +7 ┤ /m);
    const bars = await sonde(["plot", `${place.archive}:numbers`, "--kind", "bars", "--columns", "value", "--last", "5ms"]);
    expect(bars.out).toMatch(/^value {2}█+ 499.5 V\n$/);
  });

  test.each([
    ["numbers.svg", "numbers", ["--columns", "value"], /^<svg /],
    ["spikes.svg", "spikes", [], /A raster/],
    ["bars.svg", "numbers", ["--kind", "bars", "--last", "20ms", "--columns", "value"], /Bars/],
    ["numbers.png", "numbers", ["--theme", "dark", "--ratio", "2"], /^.PNG/],
  ])("writes %s", async (name, stream, args, pattern) => {
    const file = join(place.folder, name);
    const { code, out, err } = await sonde(["plot", `${place.archive}:${stream}`, "-o", file, ...args, "--json"]);
    expect(code, err).toBe(0);
    expect(plottedSchema.parse(JSON.parse(out))).toMatchObject({ stream, file });
    expect(await readFile(file, "latin1")).toMatch(pattern);
  });

  test("tells a plan by its schema, and reads nothing", async () => {
    const { out } = await sonde(["plot", `${place.archive}:endless`, "--dry-run", "--json"]);
    expect(planSchema.parse(JSON.parse(out))).toMatchObject({ stream: "endless", by: "local", rows: 100_000_000, answer: 200 });
  });

  test.each([
    [["plot", "camera"], 2, "sonde image draws them"],
    [["plot", "data/notes"], 1, "has no numbers to draw"],
    [["plot", "numbers", "-o", "x.gif"], 2, "written as .svg or .png"],
    [["plot", "numbers", "--zone", "Mars/Crater"], 2, "no zone 'Mars/Crater'"],
    [["plot", "empty"], 3, "has no rows there"],
  ])("%j ends with %i", async ([command = "", stream, ...rest], code, message) => {
    const ran = await sonde([command, `${place.archive}:${stream}`, ...rest]);
    expect(ran.code).toBe(code);
    expect(ran.err).toContain(message);
  });

  test("sets every dot where it belongs, and none outside", () => {
    const runs = 500;
    fc.assert(
      fc.property(fc.integer({ min: -3, max: 12 }), fc.integer({ min: -3, max: 15 }), (x, y) => {
        const dots = createDots(4, 3);
        dots.set(x, y);
        const text = dots.lines();
        const inside = x >= 0 && x < 8 && y >= 0 && y < 12;
        const found = text.flatMap((line, row) => [...line].flatMap((character, column) => (character === " " ? [] : [[column, row]])));
        expect(found).toEqual(inside ? [[x >> 1, y >> 2]] : []);
      }),
      { numRuns: runs },
    );
    console.log(`${runs} dots`);
  });
});

describe("sonde image", () => {
  test("writes the image of a reference, a pixel each", async () => {
    const file = join(place.folder, "frame.png");
    const { code, out, err } = await sonde(["image", `${place.archive}:camera@image/2`, "-o", file, "--map", "viridis", "--json"]);
    expect(code, err).toBe(0);
    expect(picturedSchema.parse(JSON.parse(out))).toMatchObject({ stream: "camera", ref: "image/2", shape: [4, 6], type: "uint16", file });
    const bytes = await readFile(file);
    expect([bytes.toString("latin1", 1, 4), bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual(["PNG", 6, 4]);
  });

  test("takes the first of a range, and sketches it for a terminal", async () => {
    const { code, out, err } = await sonde(["image", `${place.archive}:camera`, "--start", "2020-09-13T12:26:40.001Z"], { tty: "stdout" });
    expect(code).toBe(0);
    expect(err).toContain("image image/1 at 2020-09-13T12:26:40.001000001Z: 4 × 6");
    expect(out).toMatch(/^[ ░▒▓█]{6}\n[ ░▒▓█]{6}\n$/);
  });

  test.each([
    [["camera"], 2, "Name a file by -o frame.png"],
    [["camera", "-o", "x.jpg"], 2, "written as .png"],
    [["camera@image/9", "-o", "x.png"], 3, "has no image 'image/9'"],
    [["numbers", "-o", "x.png"], 1, "holds no images"],
    [["camera", "-o", "x.png", "--slice", "1-2"], 2, "--slice: write from:to"],
    [["camera", "-o", "x.png", "--limits", "5,1"], 2, "--limits: write two numbers"],
  ])("%j ends with %i", async ([stream, ...rest], code, message) => {
    const ran = await sonde(["image", `${place.archive}:${stream}`, ...rest]);
    expect(ran.code).toBe(code);
    expect(ran.err).toContain(message);
  });
});

describe("sonde tail", () => {
  test("prints the last rows, oldest first", async () => {
    const { code, out } = await sonde(["tail", `${place.archive}:numbers`, "-n", "2", "--columns", "value", "--format", "csv"]);
    expect({ code, out }).toEqual({
      code: 0,
      out: "time,value\n2020-09-13T12:26:40.998000001Z,499\n2020-09-13T12:26:40.999000001Z,499.5\n",
    });
    expect(await sonde(["tail", `${place.archive}:empty`, "--format", "csv"])).toMatchObject({ code: 0, out: "time,value,count,note\n" });
  });

  test("follows what comes until it is interrupted, each row at once", async () => {
    const ran = await sonde(["tail", `${place.archive}:slow/../hours`, "-n", "1", "--follow"], {
      signal: AbortSignal.timeout(800),
      tty: "stdout",
    });
    expect(ran.code).toBe(130);
    expect(ran.out.trim().split("\n")).toHaveLength(3);
    expect(await sonde(["tail", `${place.archive}:numbers`, "-f"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("no rows to come"),
    });
  });
});
