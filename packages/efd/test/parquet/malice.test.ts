import { toParquet } from "@sonde/core";
import { fromBytes, isSondeError } from "@sonde/core/bytes";
import { arrowType, batchOf, fieldOf, schemaOf, timeField } from "@sonde/core/connector";
import { expect, test } from "vitest";
import { openParquet } from "../../src/parquet/index.js";
import * as encode from "./support/encode.js";
import { encoding, makeFile } from "./support/make-file.js";
import { readCells, signal } from "./support/read-all.js";

const schema = schemaOf([timeField(), fieldOf("value", arrowType.float64(), {}, true), fieldOf("text", arrowType.utf8(), {}, true)]);
const numbers = Array.from({ length: 40 }, (_, row) => row);
const written = await toParquet(
  batchOf(schema, {
    time: BigInt64Array.from(numbers, (row) => BigInt(row) * 1_000_000_000n),
    value: numbers.map((row) => (row % 3 ? row / 7 : null)),
    text: numbers.map((row) => (row % 4 ? `state ${row % 5}` : null)),
  }),
);
const nested = makeFile(
  [
    { name: "a", repetition: 1, children: 1, converted: 3 },
    { name: "list", repetition: 2, children: 1 },
    { name: "element", type: "INT64", repetition: 1 },
  ],
  [
    {
      path: ["a", "list", "element"],
      type: "INT64",
      pages: [
        { kind: "dictionary", values: 2, encoding: encoding.PLAIN, body: [...encode.little(5n, 8), ...encode.little(-5n, 8)] },
        {
          values: 6,
          encoding: encoding.RLE_DICTIONARY,
          body: [
            ...encode.sized(encode.hybrid([0, 1, 0, 0, 1, 1], 1)),
            ...encode.sized(encode.hybrid([3, 3, 0, 3, 2, 3], 2)),
            1,
            ...encode.hybrid([0, 1, 1, 0], 1),
          ],
        },
        {
          values: 3,
          encoding: encoding.DELTA,
          body: [
            ...encode.sized(encode.hybrid([0, 0, 0], 1)),
            ...encode.sized(encode.hybrid([3, 3, 3], 2)),
            ...encode.delta([1n, 2n, 4n], 64),
          ],
        },
      ],
    },
  ],
  6,
);
const samples = { written, nested };

type Outcome = "read" | "format" | "limit" | "unsupported";
/** Reads everything: an answer or a typed error with the file's name, within a second. */
async function outcomeOf(bytes: Uint8Array): Promise<Outcome> {
  const start = performance.now();
  try {
    const file = await openParquet(fromBytes(bytes, "damaged.parquet"), { signal });
    for await (const batch of file.read({ signal })) expect(batch.numRows).toBeGreaterThan(0);
    return "read";
  } catch (error) {
    if (!isSondeError(error)) throw error;
    expect(["format", "limit", "unsupported"]).toContain(error.code);
    if (error.code === "format") expect(error.key).toBe("damaged.parquet");
    // One of the three by the line above.
    return error.code as Outcome;
  } finally {
    expect(performance.now() - start).toBeLessThan(1000);
  }
}

test("reads the samples as they are", async () => {
  expect(await outcomeOf(written)).toBe("read");
  expect(await readCells(nested)).toEqual({ a: [[5n, -5n], null, [-5n, null, 5n], [1n], [2n], [4n]] });
});

test.each(Object.entries(samples))("refuses %s cut off at any byte", async (_, bytes) => {
  for (let length = 0; length < bytes.length; length++) {
    expect(await outcomeOf(bytes.subarray(0, length))).not.toBe("read");
  }
  console.log(`parquet malice: ${bytes.length} truncations refused`);
});

test.each(Object.entries(samples))("answers or refuses %s with any byte flipped", async (name, bytes) => {
  const counts: Record<Outcome, number> = { read: 0, format: 0, limit: 0, unsupported: 0 };
  for (let at = 0; at < bytes.length; at++) {
    for (const flip of [0x01, 0x80, 0xff]) {
      const copy = bytes.slice();
      copy[at] = (copy[at] ?? 0) ^ flip;
      counts[await outcomeOf(copy)] += 1;
    }
  }
  console.log(`parquet malice: ${name}, ${bytes.length * 3} flips: ${JSON.stringify(counts)}`);
  expect(counts.format).toBeGreaterThan(counts.read / 100);
});

const page = (more: object) => ({ values: 2, encoding: encoding.PLAIN, body: [...encode.little(1n, 8), ...encode.little(2n, 8)], ...more });
const one = (pages: Parameters<typeof makeFile>[1][number]["pages"], more: { rows?: number; values?: number; codec?: number } = {}) => {
  const { rows = 2, ...rest } = more;
  return makeFile([{ name: "a", type: "INT64" }], [{ path: ["a"], type: "INT64", pages, ...rest }], rows);
};

test("holds counts and sizes against each other before it allocates for them", async () => {
  const most = 2 ** 31 - 1;
  const before = process.memoryUsage().arrayBuffers;
  // The page claims more values than the chunk, the chunk than the row group, the dictionary than its bytes.
  expect(await outcomeOf(one([page({ values: most })], { values: 2 }))).toBe("format");
  expect(await outcomeOf(one([page({})], { values: most }))).toBe("format");
  expect(await outcomeOf(one([page({ kind: "dictionary", values: most }), page({})]))).toBe("format");
  expect(await outcomeOf(one([page({ uncompressed: most })], { codec: 1 }))).toBe("limit");
  expect(await outcomeOf(one([page({ uncompressed: 200 * 2 ** 20 })], { codec: 1 }))).toBe("limit");
  expect(await outcomeOf(one([page({ uncompressed: 17 })]))).toBe("format");
  // Two billion rows that no page holds.
  expect(await outcomeOf(one([page({ values: most })], { rows: most }))).toBe("format");
  expect(await outcomeOf(one([page({})], { rows: 2 ** 40, values: 2 ** 40 }))).toBe("limit");
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 2 ** 20);
});

test("bounds what a dictionary's entry can grow to", async () => {
  const entry = new Uint8Array(100_000).fill(97);
  const rows = 60_000;
  const bytes = makeFile(
    [{ name: "a", type: "BYTE_ARRAY" }],
    [
      {
        path: ["a"],
        type: "BYTE_ARRAY",
        pages: [
          { kind: "dictionary", values: 1, encoding: encoding.PLAIN, body: encode.plainBytes([entry]) },
          { values: rows, encoding: encoding.RLE_DICTIONARY, body: [0, ...encode.varint(rows << 1)] },
        ],
      },
    ],
    rows,
  );
  const file = await openParquet(fromBytes(bytes), { signal, limits: { maxBytes: 2 ** 20 } });
  await expect(file.read({ signal }).next()).rejects.toMatchObject({ code: "limit", option: "maxBytes" });
  const small = await openParquet(fromBytes(bytes), { signal });
  const { value } = await small.read({ signal, batchRows: 10 }).next();
  expect(value?.numRows).toBe(10);
});

test("refuses what is no Parquet file, and says so", async () => {
  await expect(readCells(new Uint8Array(0))).rejects.toMatchObject({ code: "format", offset: 0 });
  await expect(readCells(new TextEncoder().encode("time,value\n1,2\n1,2\n"))).rejects.toThrow("no magic PAR1");
  await expect(readCells(new TextEncoder().encode("PAR1 encrypted PARE"))).rejects.toMatchObject({ code: "unsupported" });
});
