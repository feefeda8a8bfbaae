import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatNanos, isSondeError, toNanos } from "@sonde/core";
import { arrowType, batchOf, fieldOf, type NdArray, schemaOf, tableOf, timeField } from "@sonde/core/connector";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { band, bars, type Figure, image, lines, percentiles, pixelsOf, raster, timeTicks, toPng, toSvg } from "../src/index.js";
import { visiblePoints } from "../src/reduce.js";

const origin = toNanos("2020-08-07T22:00:00Z");
const artifacts = fileURLToPath(new URL("../.reports/", import.meta.url));

/** Kept for a person's eyes: both forms of each picture. */
async function keep(name: string, figure: Figure): Promise<string> {
  await mkdir(artifacts, { recursive: true });
  const svg = toSvg(figure);
  await writeFile(join(artifacts, `${name}.svg`), svg);
  await writeFile(join(artifacts, `${name}.png`), await toPng(figure, { ratio: 2 }));
  return svg;
}

const oneBatch = (schema: Parameters<typeof batchOf>[0], columns: Parameters<typeof batchOf>[1]) =>
  tableOf(schema, [batchOf(schema, columns)]);

const signal = (rows: number, step = 1_000_000n) => {
  const schema = schemaOf([timeField(), fieldOf("value", arrowType.float64(), { unit: "m/s²", label: "acc-5" }, true)]);
  const values = Array.from({ length: rows }, (_, row) =>
    row > rows / 2 && row < rows / 2 + rows / 20 ? null : Math.sin(row / (rows / 60)) * Math.cos(row / (rows / 7)),
  );
  return oneBatch(schema, { time: BigInt64Array.from({ length: rows }, (_, row) => origin + BigInt(row) * step), value: values });
};

describe("the tutorials' pictures", () => {
  test("a signal, with a gap where values are missing", async () => {
    const svg = await keep("signal", lines(signal(48_000, 20_833n), { title: "acc-5, one second" }));
    const [, path = ""] = /<path d="(M[^"]*M[^"]*)" fill="none" stroke="#0072b2"/.exec(svg) ?? [];
    expect(path.split("M")).toHaveLength(3);
    // 48 000 rows, but no more than four points a pixel column.
    expect(path.split(/[ML]/).length).toBeLessThan(4 * 800);
  });

  test("energy bars", async () => {
    const names = ["d1", "d2", "d3"];
    const schema = schemaOf([timeField(), ...names.map((name) => fieldOf(name, arrowType.float32()))]);
    const columns = names.map((name, index) => [name, Float32Array.from({ length: 12 }, (_, row) => (row + 1) * (3 - index))] as const);
    const table = oneBatch(schema, {
      time: BigInt64Array.from({ length: 12 }, (_, row) => origin + BigInt(row) * 60_000_000_000n),
      ...Object.fromEntries(columns),
    });
    const svg = await keep("bars", bars(table, { title: "energy-distr-1" }));
    expect([...svg.matchAll(/Z[M"]/g)].length).toBe(36);
  });

  test("a band between min and max, with the mean in it", async () => {
    const of = (statistic: "min" | "mean" | "max") =>
      fieldOf(`${statistic}_value1`, arrowType.float64(), { statistic, of: "value1", unit: "V" });
    const schema = schemaOf([timeField(), of("min"), of("mean"), of("max")]);
    const column = (shift: number) =>
      Float64Array.from({ length: 360 }, (_, row) =>
        row === 200 ? Number.NaN : Math.sin(row / 30) + shift * (0.5 + Math.cos(row / 11) / 4),
      );
    const times = BigInt64Array.from({ length: 360 }, (_, row) => origin + BigInt(row) * 10_000_000_000n);
    const table = oneBatch(schema, { time: times, min_value1: column(-1), mean_value1: column(0), max_value1: column(1) });
    const svg = await keep("band", band(table, { title: "example-002-aggregated", theme: "dark", zone: "America/Santiago" }));
    expect(svg).toContain('opacity="0.25"');
    expect(svg).toContain("America/Santiago");
    expect(() => band(signal(5))).toThrow("plot lines");
    expect(() => band(table, { of: ["other"] })).toThrow("there are value1");
  });

  const array = (shape: readonly number[], data: NdArray["data"]): NdArray => ({
    time: origin,
    ref: "r",
    field: "image",
    shape,
    level: 0,
    data,
  });

  test("a detector's image in contrast by percentiles, and a camera's as it is", async () => {
    const peak = (row: number, column: number) =>
      1000 * Math.exp(-((row - 60) ** 2 + (column - 90) ** 2) / 500) + ((row * 31 + column * 17) % 50);
    const detector = Uint16Array.from({ length: 120 * 160 }, (_, at) => peak(Math.floor(at / 160), at % 160));
    detector[5] = 65_535;
    const svg = await keep("detector", image(array([120, 160], detector), { title: "det_image", map: "viridis" }));
    expect(svg).toContain("image, 120 × 160, 2020-08-07T22:00:00.000000000Z");
    const camera = Uint8Array.from({ length: 90 * 160 * 3 }, (_, at) => (at % 3 === 0 ? at / 170 : at % 255));
    await keep("camera", image(array([90, 160, 3], camera)));
    const shown = pixelsOf(array([90, 160, 3], camera));
    expect([...shown.rgba.subarray(0, 8)]).toEqual([camera[0], camera[1], camera[2], 255, camera[3], camera[4], camera[5], 255]);
  });

  test("a raster of spikes", async () => {
    const schema = schemaOf([timeField(), fieldOf("channel", arrowType.uint8(), { role: "category" })]);
    const rows = 2000;
    const times = BigInt64Array.from({ length: rows }, (_, row) => origin + BigInt(row) * 500_000n);
    const table = oneBatch(schema, { time: times, channel: Uint8Array.from({ length: rows }, (_, row) => (row * row) % 64) });
    const svg = await keep("raster", raster(table, { title: "spikes" }));
    expect(svg).toContain("2000 events by channel");
    await expect(async () => raster(table, { channel: "electrode" })).rejects.toThrow("no column 'electrode'");
  });
});

describe("what is drawn", () => {
  test("holds nothing but text where names hold markup", async () => {
    const name = `<script>alert(1)</script>"'&`;
    const schema = schemaOf([timeField(), fieldOf(name, arrowType.float64(), { unit: "<img src=x onerror=alert(1)>" })]);
    const svg = toSvg(
      lines(oneBatch(schema, { time: BigInt64Array.of(1n, 2n), [name]: Float64Array.of(1, 2) }), { title: "\u0000</title><a>" }),
    );
    expect(svg).not.toMatch(/<script|<img|<a>/);
    expect(
      [...svg.matchAll(/<(\w+)/g)]
        .map(([, tag]) => tag)
        .filter((tag) => !["svg", "title", "desc", "rect", "path", "text"].includes(tag ?? "")),
    ).toEqual([]);
  });

  test("is the same for a million rows as for those that can be seen", () => {
    let cases = 0;
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(Number.NaN)), { minLength: 1, maxLength: 400 }),
        (list) => {
          cases++;
          const values = Float64Array.from(list);
          const times = BigInt64Array.from(list, (_, row) => BigInt(row));
          const { x, y } = visiblePoints(times, values, { start: 0n, end: BigInt(list.length) }, 0, 20);
          const column = (at: number) => Math.floor((at / list.length) * 20);
          for (let pixel = 0; pixel < 20; pixel++) {
            const inside = list.filter((value, row) => column(row) === pixel && !Number.isNaN(value));
            const drawn = [...y].filter((value, index) => !Number.isNaN(value) && Math.floor(x[index] ?? 0) === pixel);
            expect(drawn.length).toBeLessThanOrEqual(Math.max(4, inside.length));
            expect(Math.min(...drawn)).toBe(Math.min(...inside));
            expect(Math.max(...drawn)).toBe(Math.max(...inside));
          }
        },
      ),
      { numRuns: 300 },
    );
    console.log(`visible points: ${cases} cases`);
  });

  test("is refused by name where it is no picture", () => {
    expect(() => lines(signal(5), { width: 20 })).toThrow("width is a whole number of pixels");
    try {
      lines(signal(5), { height: 1e6 });
    } catch (error) {
      expect(isSondeError(error, "limit") && error.option).toBe("height");
    }
    const flat: NdArray = { time: 0n, ref: "r", field: "f", shape: [5], level: 0, data: new Uint8Array(5) };
    expect(() => image(flat)).toThrow("is no image");
    expect(() => lines(tableOf(schemaOf([timeField(), fieldOf("v", arrowType.float64())]), []))).toThrow("no rows to plot");
  });

  test("of one value alone has room around it", () => {
    const schema = schemaOf([timeField(), fieldOf("v", arrowType.float64())]);
    const svg = toSvg(lines(oneBatch(schema, { time: BigInt64Array.of(5n), v: Float64Array.of(7) })));
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  test("percentiles leave hot pixels and NaN aside", () => {
    expect(
      percentiles(
        Float64Array.from({ length: 101 }, (_, at) => at),
        [1, 99],
      ),
    ).toEqual([1, 99]);
    expect(percentiles(Float64Array.of(3, 3, Number.NaN, 3), [0, 100])).toEqual([3, 4]);
    expect(percentiles(new Float64Array(), [0, 100])).toEqual([0, 1]);
  });
});

describe("time ticks", () => {
  test("are exact, ascending, inside and at most as many as asked, from a nanosecond to centuries, in every zone", () => {
    let cases = 0;
    fc.assert(
      fc.property(
        fc.bigInt({ min: toNanos("1700-01-01"), max: toNanos("2200-01-01") }),
        fc.nat(59),
        fc.integer({ min: 2, max: 12 }),
        fc.constantFrom(undefined, "America/Santiago", "Asia/Kolkata", "Europe/Zurich", "Australia/Lord_Howe"),
        (start, power, count, zone) => {
          cases++;
          const range = { start, end: start + 2n ** BigInt(power) + 1n };
          const { ticks } = timeTicks(range, count, zone);
          expect(ticks.length).toBeLessThanOrEqual(count + 1);
          for (const [index, { time }] of ticks.entries()) {
            expect(time >= range.start && time < range.end).toBe(true);
            if (index > 0) expect(time > (ticks[index - 1]?.time ?? 0n)).toBe(true);
          }
        },
      ),
      { numRuns: 2000 },
    );
    console.log(`time ticks: ${cases} cases`);
  });

  test("tell nanoseconds apart", () => {
    const start = origin + 123_456_780n;
    expect(timeTicks({ start, end: start + 5n }, 6)).toEqual({
      ticks: [0n, 1n, 2n, 3n, 4n].map((more) => ({ time: start + more, label: `00.12345678${more}` })),
      context: "2020-08-07 22:00, seconds, UTC",
    });
  });

  test("stay on local midnights over a change of the clocks", () => {
    const range = { start: toNanos("2024-03-29T23:00Z"), end: toNanos("2024-04-02T00:00Z") };
    const local = timeTicks(range, 6, "Europe/Zurich").ticks.map(({ time }) => formatNanos(time, { digits: 0, zone: "Europe/Zurich" }));
    expect(local).toEqual(
      ["2024-03-30T00:00:00+01:00", "2024-03-31T00:00:00+01:00", "2024-04-01T00:00:00+02:00", "2024-04-02T00:00:00+02:00"].slice(
        0,
        local.length,
      ),
    );
    expect(local.length).toBeGreaterThanOrEqual(3);
  });

  test("of years and months begin where these do", () => {
    const years = timeTicks({ start: toNanos("1999-05-01"), end: toNanos("2021-01-01") }, 6);
    expect(years.ticks.map(({ label }) => label)).toEqual(["2000", "2005", "2010", "2015", "2020"]);
    const months = timeTicks({ start: toNanos("2020-01-15"), end: toNanos("2020-08-01") }, 8, "Asia/Kolkata");
    expect(months.ticks.map(({ time }) => formatNanos(time, { digits: 0, zone: "Asia/Kolkata" }).slice(0, 19))).toEqual(
      ["02", "03", "04", "05", "06", "07", "08"].map((month) => `2020-${month}-01T00:00:00`),
    );
  });
});
