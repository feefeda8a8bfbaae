import { brotliCompressSync, crc32, gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32 as ourCrc32 } from "../../src/parquet/bytes/crc32.js";
import { lz4Into } from "../../src/parquet/bytes/lz4.js";
import { snappyInto } from "../../src/parquet/bytes/snappy.js";
import { lz4Block, snappyBlock } from "./support/compress.js";
import { encoding, makeFile } from "./support/make-file.js";
import { readCells } from "./support/read-all.js";

const values = BigInt64Array.from({ length: 500 }, (_, index) => BigInt(index % 50) - 7n);
// Ends in a byte that is not zero: by Brotli nothing else tells a missing end.
values[499] = -1n;
const plain = new Uint8Array(values.buffer);
const codec = { SNAPPY: 1, GZIP: 2, BROTLI: 4, LZ4: 5, LZ4_RAW: 7 };
const fileOf = (body: Uint8Array, id: number, uncompressed = plain.length) =>
  makeFile(
    [{ name: "a", type: "INT64" }],
    [{ path: ["a"], type: "INT64", codec: id, pages: [{ values: 500, encoding: encoding.PLAIN, body: [...body], uncompressed }] }],
    500,
  );
const framed = (block: Uint8Array) => {
  const frame = new Uint8Array(block.length + 8);
  new DataView(frame.buffer).setUint32(0, plain.length);
  new DataView(frame.buffer).setUint32(4, block.length);
  frame.set(block, 8);
  return frame;
};
const members = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts.map((part) => gzipSync(part))));
const compressed: [string, Uint8Array, number][] = [
  ["Snappy", snappyBlock(plain), codec.SNAPPY],
  ["GZIP", gzipSync(plain), codec.GZIP],
  ["GZIP of three members", members(plain.subarray(0, 1000), plain.subarray(1000, 1001), plain.subarray(1001)), codec.GZIP],
  ["Brotli", brotliCompressSync(plain), codec.BROTLI],
  ["LZ4_RAW", lz4Block(plain), codec.LZ4_RAW],
  ["LZ4, framed by Hadoop", framed(lz4Block(plain)), codec.LZ4],
  ["LZ4, bare", lz4Block(plain), codec.LZ4],
];

test.each(compressed)("reads pages compressed by %s", async (_, body, id) => {
  expect(await readCells(fileOf(body, id))).toEqual({ a: [...values] });
});

test.each(compressed)("notices pages by %s that give fewer bytes or more than they say, or are cut", async (_, body, id) => {
  for (const [bytes, size] of [
    // Its library gives zeros for what is missing, and does not tell.
    ...(id === codec.BROTLI ? [] : ([[body, plain.length + 8]] as const)),
    [body, plain.length - 8],
    [body.subarray(0, body.length - 3), plain.length],
  ] as const) {
    const outcome = await readCells(fileOf(bytes, id, size)).catch((error: unknown) => error);
    expect(outcome).toMatchObject({ code: "format", key: "sample.parquet" });
  }
});

test("names what it does not decompress", async () => {
  await expect(readCells(fileOf(plain, 3))).rejects.toMatchObject({ code: "unsupported", what: "compression by LZO" });
});

test("decompresses whatever Snappy and LZ4 may be made of, and checks sums as zlib does", async () => {
  const sequence = fc
    .tuple(fc.double({ noNaN: true }), fc.double({ min: 0, max: 9, noNaN: true }), fc.nat({ max: 300 }))
    .map(([start, step, length]) => new Uint8Array(Float64Array.from({ length }, (_, k) => start + k * step).buffer));
  const data = fc.oneof(fc.uint8Array({ maxLength: 400 }), fc.uint8Array({ max: 2, maxLength: 3000 }), sequence);
  fc.assert(
    fc.property(data, (bytes) => {
      for (const [pack, unpack] of [
        [snappyBlock, snappyInto],
        [lz4Block, lz4Into],
      ] as const) {
        const output = new Uint8Array(bytes.length);
        const packed = pack(bytes);
        expect(unpack(packed, output)).toBe(true);
        expect(output).toEqual(bytes);
        // Damage ends in an answer of one kind or the other, never outside of the output.
        if (packed.length > 0) packed[packed.length >> 1] = 255;
        unpack(packed, output);
      }
      // Node 20.15 has it.
      if (typeof crc32 === "function") expect(ourCrc32(bytes)).toBe(crc32(bytes));
    }),
    { numRuns: 500 },
  );
  console.log("parquet codecs: 500 random blocks");
  expect(ourCrc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
});

test("verifies the checksum of a page", async () => {
  const page = { values: 500, encoding: encoding.PLAIN, body: [...plain] };
  const file = (crc: number) => makeFile([{ name: "a", type: "INT64" }], [{ path: ["a"], type: "INT64", pages: [{ ...page, crc }] }], 500);
  expect(await readCells(file(ourCrc32(plain)))).toEqual({ a: [...values] });
  await expect(readCells(file(ourCrc32(plain) ^ 1))).rejects.toMatchObject({ code: "format", offset: 4 });
});
