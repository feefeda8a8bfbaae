import { themes } from "@sonde/plot";
import { describe, expect, test } from "vitest";
import { traceFigure } from "../src/plot/figure.js";
import { readingAt, rowBeside, selected } from "../src/plot/readout.js";
import { runsOf } from "../src/plot/runs.js";
import type { Piece } from "../src/tiles/cache.js";

const sides = { left: 0, right: 100 };
const range = { start: 0n, end: 100n };

function rows(times: readonly bigint[], values: readonly number[], part = { start: -1000n, end: 1000n }): Piece {
  const data = { times: BigInt64Array.from(times), mid: Float64Array.from(values), bytes: 0 };
  return { tile: { stream: "s", level: { kind: "rows", width: 1n }, index: 0n, data }, range: part };
}

function windows(times: readonly bigint[], width: bigint, part: Piece["range"]): Piece {
  const values = Float64Array.from(times, Number);
  const data = {
    times: BigInt64Array.from(times),
    mid: values,
    low: values.map((one) => one - 1),
    high: values.map((one) => one + 1),
    count: values.map(() => 10),
    bytes: 0,
  };
  return { tile: { stream: "s", level: { kind: "windows", width }, index: 0n, data }, range: part };
}

describe("what is drawn", () => {
  test("goes on over the border of a tile, and breaks where a window is missing", () => {
    const runs = runsOf(
      [windows([0n, 10n, 20n], 10n, { start: 0n, end: 30n }), windows([30n, 50n], 10n, { start: 30n, end: 60n })],
      range,
      sides,
    );
    expect(runs.map(({ mid }) => mid)).toEqual([[0, 10, 20, 30], [50]]);
    expect(runs[0]!.from).toEqual([0, 10, 20, 30]);
    expect(runs[0]!.to).toEqual([10, 20, 30, 40]);
  });

  test("of a coarser tile fills its part alone", () => {
    const [run] = runsOf([windows([0n], 80n, { start: 40n, end: 60n })], range, sides);
    expect([run!.from, run!.to]).toEqual([[40], [60]]);
  });

  test("is cut at the sides on the line to the row outside", () => {
    const [run] = runsOf([rows([-50n, 50n, 150n], [0, 10, 0])], range, sides);
    expect(run!.x).toEqual([0, 50, 100]);
    expect(run!.mid).toEqual([5, 10, 5]);
  });

  test("crosses a view in which no row lies", () => {
    const [run] = runsOf([rows([-100n, 200n], [0, 30])], range, sides);
    expect([run!.x, run!.mid]).toEqual([
      [0, 100],
      [10, 20],
    ]);
  });

  test("is broken by a missing value", () => {
    expect(runsOf([rows([10n, 20n, 30n], [1, Number.NaN, 2])], range, sides).map(({ mid }) => mid)).toEqual([[1], [2]]);
  });

  test("lies inside the picture, whatever the values", () => {
    for (const values of [
      [0, 0],
      [1e300, -1e300],
      [1e-9, 2e-9],
      [-5, 7],
    ]) {
      const figure = traceFigure({
        pieces: [rows([10n, 90n], values)],
        range,
        width: 400,
        height: 200,
        title: "",
        description: "",
        theme: themes.light,
        colour: "#000000",
        ticks: { ticks: [], context: "" },
      });
      const path = figure.marks.map((mark) => (mark.kind === "path" && mark.stroke === "#000000" ? mark.path : "")).join("");
      expect(path).not.toMatch(/NaN|Infinity/);
      for (const [, y] of path.matchAll(/,(-?[\d.]+)/g)) expect(Number(y) >= 10 && Number(y) <= 162).toBe(true);
    }
  });
});

describe("readings", () => {
  test("are of the window that holds the instant, or the nearest row within reach", () => {
    const piece = windows([0n, 10n], 10n, { start: 0n, end: 20n });
    expect(readingAt([piece], 19n, 5n)).toMatchObject({ time: 10n, mid: 10, low: 9, high: 11 });
    expect(readingAt([rows([10n, 20n], [1, 2])], 16n, 5n)?.mid).toBe(2);
    expect(readingAt([rows([10n, 20n], [1, 2])], 40n, 5n)).toBeUndefined();
  });

  test("step from row to row, both ways", () => {
    const pieces = [rows([10n, 20n, 30n], [1, 2, 3])];
    expect([
      rowBeside(pieces, 20n, true),
      rowBeside(pieces, 20n, false),
      rowBeside(pieces, 15n, false),
      rowBeside(pieces, 30n, true),
    ]).toEqual([30n, 10n, 10n, undefined]);
  });

  test("between cursors merge the windows that lie inside, each by its count", () => {
    const piece = windows([0n, 10n, 20n, 30n], 10n, { start: 0n, end: 40n });
    expect(selected([piece], { start: 5n, end: 30n })).toEqual({ count: 20, low: 9, high: 21, mean: 15 });
    expect(selected([rows([1n, 2n, 3n], [1, 2, 6])], { start: 1n, end: 3n })).toEqual({ count: 2, low: 1, high: 2, mean: 1.5 });
    expect(selected([piece], { start: 100n, end: 200n })).toBeUndefined();
  });
});
