import { expect, test } from "vitest";
import { isSondeError } from "../../src/errors.js";
import { parquetOf, toParquet } from "../../src/formats/parquet.js";
import { batchOf } from "../../src/table/batch.js";
import { fieldOf, timeField } from "../../src/table/field.js";
import { schemaOf } from "../../src/table/schema.js";
import { arrowType } from "../../src/table/types.js";
import { source } from "../kernels/brute.js";
import { everyBatch } from "./sample.js";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("a Parquet file holds its columns' names, what fields say of themselves, and ends as one", async () => {
  const bytes = await toParquet(everyBatch);
  const all = text(bytes);
  expect(all.startsWith("PAR1") && all.endsWith("PAR1")).toBe(true);
  for (const { name } of everyBatch.schema.fields) expect(all).toContain(name);
  expect(all).toContain(JSON.stringify({ "sonde:unit": "m/s²", "sonde:label": 'the "speed"' }));
  // The footer's length stands before the closing mark.
  const footer = new DataView(bytes.buffer).getUint32(bytes.length - 8, true);
  expect(footer).toBeGreaterThan(500);
  expect(footer).toBeLessThan(bytes.length);
});

test("row groups are handed on as they fill, so memory does not grow with the file", async () => {
  const schema = schemaOf([timeField(), fieldOf("v", arrowType.float64())]);
  const rows = 10_000;
  const batches = Array.from({ length: 8 }, (_, k) =>
    batchOf(schema, {
      time: BigInt64Array.from({ length: rows }, (_, row) => BigInt(k * rows + row)),
      v: Float64Array.from({ length: rows }, Math.random),
    }),
  );
  const from = source(batches);
  const sizes: number[] = [];
  for await (const piece of parquetOf(from, { rowGroupRows: 2 * rows })) {
    if (sizes.length === 0) expect(from.state.pulled).toBeLessThan(4);
    sizes.push(piece.byteLength);
  }
  // Four groups and the footer.
  expect(sizes).toHaveLength(5);
  for (const size of sizes.slice(0, 4)) expect(size).toBeLessThan(2 * rows * 17);
});

test("a batch of another schema is refused", async () => {
  const other = batchOf(schemaOf([timeField()]), { time: [1n] });
  await expect(toParquet([everyBatch, other])).rejects.toSatisfy((error) => isSondeError(error, "contract"));
});
