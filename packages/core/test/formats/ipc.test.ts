import {
  CompressionType,
  compressionRegistry,
  Dictionary,
  Int32,
  RecordBatchStreamWriter,
  Table,
  tableFromIPC,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { isSondeError } from "../../src/errors.js";
import { fromIPC, ipcOf, toIPC } from "../../src/formats/ipc.js";
import { batchOf } from "../../src/table/batch.js";
import { canonicalBatch } from "../../src/table/canonical.js";
import { fieldOf, timeField } from "../../src/table/field.js";
import { schemaOf, schemaText } from "../../src/table/schema.js";
import { arrowType } from "../../src/table/types.js";
import { cut, rowsOfBatch, source } from "../kernels/brute.js";
import { everyBatch, everySchema } from "./sample.js";

const rows = (table: Table) => table.batches.flatMap((batch) => rowsOfBatch(canonicalBatch(batch)));

for (const format of ["stream", "file"] as const) {
  test(`every type comes back exactly from a ${format}, by us and by Arrow, slices too`, async () => {
    let cases = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(4), { maxLength: 4 }), async (cuts) => {
        cases++;
        const bytes = await toIPC(source(cut(everyBatch, cuts)), { format });
        const ours = fromIPC(bytes);
        expect(rows(ours)).toEqual(rowsOfBatch(everyBatch));
        expect(rows(tableFromIPC(bytes))).toEqual(rowsOfBatch(everyBatch));
        expect(schemaText(ours.schema)).toBe(schemaText(everySchema));
        expect(ours.schema.metadata.get("sonde:version")).toBe("7");
        expect(ours.schema.fields.map((field) => [...field.metadata])).toEqual(everySchema.fields.map((field) => [...field.metadata]));
      }),
      { numRuns: 30 },
    );
    console.log(`IPC ${format}: ${cases} cases`);
  });
}

test("pieces come batch by batch", async () => {
  const from = source([everyBatch, everyBatch, everyBatch]);
  const pieces = ipcOf(from);
  while (from.state.pulled < 2) await pieces.next();
  await pieces.return(undefined);
  expect(from.state).toEqual({ closed: true, pulled: 2 });
});

test("no batch is dropped: one of another schema or nullability is an error", async () => {
  const required = schemaOf([timeField(), fieldOf("v", arrowType.float64())]);
  const nullable = schemaOf([timeField(), fieldOf("v", arrowType.float64(), {}, true)]);
  const batch = (schema: typeof required) => batchOf(schema, { time: [1n], v: [1] });
  await expect(toIPC([batch(required), batch(nullable)])).rejects.toSatisfy((error) => isSondeError(error, "contract"));
  const decoded = tableFromIPC(tableToIPC(new Table([batch(required)]))).batches[0]!;
  for (const pair of [
    [batch(required), decoded],
    [decoded, batch(required)],
  ])
    expect(fromIPC(await toIPC(pair)).numRows).toBe(2);
});

test("a table without rows keeps its schema, and nothing at all gives no bytes", async () => {
  expect(schemaText(fromIPC(await toIPC(source([]), { schema: everySchema })).schema)).toBe(schemaText(everySchema));
  expect(await toIPC(source([]))).toHaveLength(0);
});

test("dictionaries are read as what they stand for", () => {
  const dictionary = vectorFromArray(["x", null, "y", "x"], new Dictionary(new Utf8(), new Int32()));
  expect(rows(fromIPC(tableToIPC(new Table({ d: dictionary }))))).toEqual([{ d: "x" }, { d: null }, { d: "y" }, { d: "x" }]);
});

test("cut at any byte, a file or stream is refused or gives whole batches", async () => {
  const wholeRows = rowsOfBatch(everyBatch);
  for (const format of ["stream", "file"] as const) {
    const bytes = await toIPC(cut(everyBatch, [2]), { format });
    for (let length = 0; length < bytes.length; length++) {
      let table: Table | undefined;
      try {
        table = fromIPC(bytes.slice(0, length));
      } catch (error) {
        expect(isSondeError(error, "format")).toBe(true);
        continue;
      }
      // Only a stream without its end mark is no worse for it.
      expect(format).toBe("stream");
      expect(rows(table)).toEqual(wholeRows.slice(0, table.numRows));
    }
  }
});

test("flipped bytes are refused or give cells that can be read, never a hang", async () => {
  const bytes = await toIPC(everyBatch);
  let [refused, read] = [0, 0];
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (flips) => {
      const damaged = bytes.slice();
      for (const [at, value] of flips) damaged[at] = value;
      try {
        rows(fromIPC(damaged));
        read++;
      } catch (error) {
        // Times beyond what a Date can hold and texts of no column are the reader's business.
        if (!isSondeError(error)) throw error;
        refused++;
      }
    }),
    { numRuns: 3000 },
  );
  console.log(`IPC flipped: ${refused} refused, ${read} read`);
});

test("compressed data are refused in so many words", () => {
  // The registry wants a real codec; the writer only calls it.
  const get = vi.spyOn(compressionRegistry, "get").mockReturnValue({ encode: (bytes) => bytes });
  const writer = new RecordBatchStreamWriter({ compressionType: CompressionType.ZSTD });
  writer.write(everyBatch);
  const bytes = writer.finish().toUint8Array(true);
  get.mockRestore();
  expect(() => fromIPC(bytes)).toThrow(/compressed bodies.*is not read/);
});

test("absurd lengths and other files are refused", async () => {
  const bytes = await toIPC(everyBatch);
  const long = bytes.slice();
  new DataView(long.buffer).setInt32(4, 0x7fff_0000, true);
  expect(() => fromIPC(long)).toThrow(/a message of 2147418112 bytes has/);
  expect(() => fromIPC(new Uint8Array(0))).toThrow(/does not begin with a schema/);
  expect(() => fromIPC(new TextEncoder().encode("time,value\n1,2\n"))).toThrow(/damaged Arrow IPC/);
});
