import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBytes } from "@sonde/core/bytes";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FieldValues } from "../src/index.js";
import { fileSink } from "../src/write/file-sink.node.js";
import { array, compound, createHdf5, type Datatype, float, int, memorySink, string, uint } from "../src/write/index.js";
import { fixture } from "./fixture.js";
import { chunkedFile, compareFiles, direct, outcomeOf, type Routes, throughHdf5 } from "./routes.js";

/** Byte by byte: vitest takes seconds for a million numbers. */
function same(one: { readonly [name: string]: FieldValues }, other: { readonly [name: string]: FieldValues }): boolean {
  const bytes = (values: FieldValues | undefined) =>
    ArrayBuffer.isView(values) ? Buffer.from(values.buffer, values.byteOffset, values.byteLength) : Buffer.from(String(values));
  return (
    String(Object.keys(one)) === String(Object.keys(other)) && Object.keys(one).every((name) => bytes(one[name]).equals(bytes(other[name])))
  );
}

describe("reads without HDF5", () => {
  test("give what HDF5 gives, for every dataset of every fixture", async () => {
    const routes: Routes = { direct: 0, hdf5: 0 };
    let compared = 0;
    const left = ["not-hdf5.h5", "signature-only.h5", "bombs.h5"];
    for (const name of readdirSync(fixture("")).filter((entry) => entry.endsWith(".h5") && !left.includes(entry))) {
      const [one, other] = [await direct(fixture(name), routes), await throughHdf5(fixture(name))];
      try {
        compared += await outcomeOf(() => compareFiles(one, other)).then((found) => Number(Reflect.get(Object(found), "value") ?? 0));
      } finally {
        await one.close();
        await other.close();
      }
    }
    expect(compared).toBeGreaterThan(40);
    expect(routes.direct).toBeGreaterThan(30);
    console.log(`fixtures: ${compared} datasets compared, reads ${JSON.stringify(routes)}`);
  }, 60_000);

  test("give any box of any chunks that HDF5 wrote", async () => {
    const routes: Routes = { direct: 0, hdf5: 0 };
    let cases = 0;
    const dimension = fc.record({ length: fc.integer({ min: 1, max: 40 }), side: fc.integer({ min: 1, max: 40 }) });
    const cut = fc.tuple(fc.nat(), fc.nat());
    await fc.assert(
      fc.asyncProperty(
        fc.array(dimension, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        fc.array(fc.array(cut, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 6 }),
        async (dimensions, isChunked, cuts) => {
          const shape = dimensions.map(({ length }) => length);
          const chunks = isChunked ? dimensions.map(({ length, side }) => Math.min(length, side)) : undefined;
          const bytes = await chunkedFile(shape, chunks);
          const [one, other] = [await direct(fromBytes(bytes), routes), await throughHdf5(fromBytes(bytes))];
          const [a, b] = [await one.dataset("data"), await other.dataset("data")];
          for (const box of cuts) {
            const [rows, ...columns] = shape.map((length, k) => {
              const [from = 0, to = 0] = box[k] ?? [];
              const start = from % length;
              return { start, end: start + 1 + (to % (length - start)) };
            });
            expect(await a.read({ rows, columns })).toEqual(await b.read({ rows, columns }));
            cases++;
          }
          expect(await a.read()).toEqual(await b.read());
          await one.close();
          await other.close();
        },
      ),
      {
        numRuns: 150,
        examples: [
          [
            [
              { length: 40, side: 1 },
              { length: 40, side: 1 },
            ],
            true,
            [
              [
                [1, 37],
                [2, 30],
                [0, 0],
              ],
            ],
          ],
        ],
      },
    );
    expect(routes.hdf5).toBe(0);
    console.log(`boxes: ${cases}, reads ${JSON.stringify(routes)}`);
  }, 120_000);

  test("give any rows of any type that was written by @sonde/hdf5/write", async () => {
    const routes: Routes = { direct: 0, hdf5: 0 };
    let cases = 0;
    const leaf: fc.Arbitrary<Datatype> = fc.oneof(
      fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const).chain((size) => fc.constantFrom(int(size), uint(size))),
      fc.constantFrom(float(4), float(8), string(5, "utf-8"), string(11, "ascii"), int(4, { bigEndian: true })),
      fc.integer({ min: 1, max: 9 }).map((length) => array(float(4), [length])),
    );
    const type = fc.oneof(
      leaf,
      fc
        .array(leaf, { minLength: 1, maxLength: 4 })
        .map((members) => compound(members.map((member, k) => ({ name: `f${k}`, type: member })))),
    );
    await fc.assert(
      fc.asyncProperty(
        type,
        fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
        fc.integer({ min: 1, max: 2500 }),
        fc.nat(),
        fc.nat(),
        async (type, chunkRows, rows, from, to) => {
          const sink = memorySink();
          const file = createHdf5(sink);
          const layout = chunkRows === undefined ? { shape: [rows] } : { shape: [0], maxShape: [null], chunks: [chunkRows] };
          // Letters, so that text is text.
          file
            .dataset("/data", { type, ...layout })
            .append(Uint8Array.from({ length: rows * type.size }, (_, k) => 65 + ((k * 7 + (k >> 8)) % 26)));
          await file.close();
          const start = from % rows;
          const range = { start, end: start + 1 + (to % (rows - start)) };
          const [one, other] = [await direct(fromBytes(sink.bytes()), routes), await throughHdf5(fromBytes(sink.bytes()))];
          cases += await compareFiles(one, other);
          const [a, b] = [await one.dataset("data"), await other.dataset("data")];
          expect(await outcomeOf(() => a.bytes({ rows: range }))).toEqual(await outcomeOf(() => b.bytes({ rows: range })));
          await one.close();
          await other.close();
        },
      ),
      { numRuns: 100 },
    );
    expect(routes.direct).toBeGreaterThan(routes.hdf5);
    console.log(`written files: ${cases}, reads ${JSON.stringify(routes)}`);
  }, 120_000);

  test("give the wide fields of rows that are read right to where they go", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sonde-wide-"));
    const routes: Routes = { direct: 0, hdf5: 0 };
    try {
      const rows = 20_000;
      const spike = compound([
        { name: "timestamp", type: int(8) },
        { name: "channel", type: uint(1) },
        { name: "samples", type: array(float(4), [75]) },
      ]);
      const only = compound([{ name: "samples", type: array(float(4), [75]) }]);
      const path = join(folder, "wide.h5");
      const file = createHdf5(fileSink(path));
      for (const [name, type] of Object.entries({ spikes: spike, only })) {
        const bytes = Uint8Array.from({ length: rows * type.size }, (_, k) => (k * 7 + (k >> 8)) & 0x3f);
        file.dataset(`/${name}`, { type, shape: [0], maxShape: [null], chunks: [1696] }).append(bytes);
        file.dataset(`/${name}-in-one`, { type, shape: [rows] }).append(bytes);
      }
      await file.close();
      const [one, other] = [await direct(path, routes), await throughHdf5(path)];
      for (const name of ["spikes", "spikes-in-one", "only", "only-in-one"]) {
        const [a, b] = [await one.dataset(name), await other.dataset(name)];
        for (const range of [
          { start: 0, end: rows },
          { start: 1, end: 2 },
          { start: 1690, end: 3500 },
          { start: 777, end: 19_999 },
        ]) {
          for (const names of name.startsWith("only") ? [["samples"]] : [undefined, ["samples"], ["samples", "channel"], ["timestamp"]]) {
            expect(same(await a.fields({ rows: range, names }), await b.fields({ rows: range, names })), `${name}, ${names}`).toBe(true);
          }
        }
        const blocks = b.fieldBlocks({ blockRows: 5000 })[Symbol.asyncIterator]();
        for await (const { fields } of a.fieldBlocks({ blockRows: 5000 }))
          expect(same(fields, (await blocks.next()).value.fields)).toBe(true);
      }
      expect(routes.hdf5).toBe(0);
      await one.close();
      await other.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60_000);

  test("lend the memory of blocks, two in turn, where nothing of them is kept", async () => {
    for (const open of [direct, throughHdf5]) {
      const file = await open(fixture("arrays.h5"));
      const dataset = await file.dataset("samples");
      const whole = await dataset.read();
      const memory = new Set<ArrayBufferLike>();
      let at = 0;
      for await (const { values } of dataset.blocks({ blockRows: 7, reuse: true })) {
        expect(values).toEqual(whole.subarray(at, at + values.length));
        at += values.length;
        memory.add(values.buffer);
      }
      expect(at).toBe(whole.length);
      if (open === direct) expect(memory.size).toBe(2);
      await file.close();
    }
  });

  test("take chunks that are missing from HDF5, which knows the value that stands for them", async () => {
    const routes: Routes = { direct: 0, hdf5: 0 };
    const file = await direct(fixture("bombs.h5"), routes);
    expect(await (await file.dataset("sparse")).read({ rows: { start: 0, end: 2 } })).toEqual(Uint8Array.of(0, 0));
    expect(routes).toEqual({ direct: 0, hdf5: 1 });
    await file.close();
  });

  test("leave filters and byte orders to HDF5", async () => {
    const routes: Routes = { direct: 0, hdf5: 0 };
    const file = await direct(fixture("arrays.h5"), routes);
    for (const name of ["packed", "scaled", "numbers/big_i4", "mixed_order", "references"]) await (await file.dataset(name)).bytes();
    expect(routes.direct).toBe(0);
    await (await file.dataset("samples")).read();
    expect(routes.direct).toBe(1);
    await file.close();
  });
});
