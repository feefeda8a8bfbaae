import { arrowType, batchOf, fieldOf, schemaOf, timeField } from "@sonde/core/connector";
import { expect, test } from "vitest";
import { conformance, memory } from "../src/index.js";

const schema = schemaOf([timeField(), fieldOf("value", arrowType.float64(), { unit: "°C" }), fieldOf("note", arrowType.utf8(), {}, true)]);
const start = 1_500_000_000_000_000_001n;
const batch = (from: number, rows: number) =>
  batchOf(schema, {
    time: BigInt64Array.from({ length: rows }, (_, row) => start + BigInt(from + row) / 2n),
    value: Float64Array.from({ length: rows }, (_, row) => (row === 3 ? Number.NaN : row / 8)),
    note: Array.from({ length: rows }, (_, row) => (row % 3 ? null : `row ${row}`)),
  });

conformance(memory, {
  options: { streams: { temp: [batch(0, 7), batch(7, 5), batch(12, 30)], other: [batch(0, 2)], empty: [batch(0, 0)] } },
  stream: { id: "temp", rows: 42, firstTimes: [start, start, start + 1n, start + 1n, start + 2n] },
  invalid: [undefined, null, {}, { streams: 7 }],
  runtimes: { node: true, browser: true },
  extra(context) {
    test("tries one's own cases on connections that are closed afterwards", async () => {
      const { driver } = await context.open();
      expect(driver.info).toEqual({ streams: 3 });
      expect(await (await driver.stream("empty", context.call())).describe(context.call())).toMatchObject({ extent: null, rows: 0 });
    });
  },
});
