import { describe, expect, test } from "vitest";
import type { Hdf5File } from "../src/index.js";
import { fixture, refusal, using } from "./fixture.js";

const arrays = <Result>(use: (file: Hdf5File) => Promise<Result>) => using(fixture("arrays.h5"), use);
const frame = (row: number, column: number) => row * 8 + column - 1000;

describe("datasets", () => {
  test("are described before they are read", () =>
    arrays(async (file) => {
      const samples = await file.dataset("samples");
      expect(samples).toMatchObject({
        path: "/samples",
        shape: [600, 8],
        maxShape: [null, 8],
        chunks: [64, 8],
        filters: [],
        type: { kind: "integer", bytes: 2, signed: true, bigEndian: false },
      });
      const packed = await file.dataset("/packed");
      expect(packed.filters).toEqual([
        { id: 2, name: "shuffle" },
        { id: 1, name: "deflate" },
        { id: 3, name: "fletcher32" },
      ]);
      expect((await file.dataset("cube")).storedBytes).toBe(480);
    }));

  test("give half-open boxes of rows and columns", () =>
    arrays(async (file) => {
      for (const name of ["samples", "packed", "scaled"]) {
        const samples = await file.dataset(name);
        const whole = await samples.read();
        expect(whole).toBeInstanceOf(Int16Array);
        expect(whole.length).toBe(4800);
        expect(whole.every((value, k) => value === k - 1000)).toBe(true);
        const box = await samples.read({ rows: { start: 63, end: 66 }, columns: [{ start: 2, end: 4 }] });
        expect([...box]).toEqual([63, 64, 65].flatMap((row) => [frame(row, 2), frame(row, 3)]));
        expect((await samples.read({ rows: { start: 5, end: 5 } })).length).toBe(0);
      }
      const cube = await file.dataset("cube");
      const inner = await cube.read({
        rows: { start: 1, end: 3 },
        columns: [
          { start: 4, end: 5 },
          { start: 0, end: 2 },
        ],
      });
      expect([...inner]).toEqual([54, 55, 84, 85]);
    }));

  test("refuse ranges outside the shape rather than clip them", () =>
    arrays(async (file) => {
      const samples = await file.dataset("samples");
      for (const rows of [
        { start: 0, end: 601 },
        { start: -1, end: 3 },
        { start: 5, end: 4 },
        { start: 0.5, end: 2 },
        { start: 0, end: Number.NaN },
      ]) {
        expect((await refusal(samples.read({ rows }))).code).toBe("options");
      }
      expect((await refusal(samples.read({ columns: [{ start: 0, end: 9 }] }))).code).toBe("options");
      expect(
        (
          await refusal(
            samples.read({
              columns: [
                { start: 0, end: 1 },
                { start: 0, end: 1 },
              ],
            }),
          )
        ).code,
      ).toBe("options");
      expect((await refusal((await file.dataset("scalar")).read({ rows: { start: 0, end: 1 } }))).code).toBe("options");
    }));

  test("have the typed array of their numbers, of either byte order", () =>
    arrays(async (file) => {
      const kinds = {
        i1: Int8Array,
        u1: Uint8Array,
        i2: Int16Array,
        u2: Uint16Array,
        i4: Int32Array,
        u4: Uint32Array,
        i8: BigInt64Array,
        u8: BigUint64Array,
        f2: Float32Array,
        f4: Float32Array,
        f8: Float64Array,
      };
      for (const [kind, array] of Object.entries(kinds)) {
        for (const order of ["big", "little"]) {
          const values = await (await file.dataset(`numbers/${order}_${kind}`)).read();
          expect(values).toBeInstanceOf(array);
          expect(Array.from(values, Number), `${order} ${kind}`).toEqual([kind.startsWith("u") ? 0 : -3, 1, 2, 100, 127]);
        }
      }
    }));

  test("decode halves exactly", () =>
    arrays(async (file) => {
      const halves = [...(await (await file.dataset("half")).read())];
      expect(halves).toEqual([0, -0, 0.333251953125, 65504, 2 ** -24, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]);
    }));

  test("give booleans and enumerations as their integers, opaque values and references as bytes", () =>
    arrays(async (file) => {
      expect([...(await (await file.dataset("flags")).read())]).toEqual([1, 0, 1]);
      const colour = await file.dataset("colour");
      expect(colour.type).toEqual({
        kind: "enum",
        bytes: 2,
        of: { kind: "integer", bytes: 2, signed: true, bigEndian: false },
        members: new Map([
          ["red", 0],
          ["green", 1],
          ["blue", 2],
        ]),
      });
      expect(await colour.read()).toEqual(Int16Array.of(2, 0, 1));
      expect(Buffer.from(await (await file.dataset("opaque")).bytes()).toString("latin1")).toBe("ab\0cdefg");
      expect((await (await file.dataset("references")).read()).length).toBe(8);
    }));

  test("of no dimension, of none at all and of no rows are each themselves", () =>
    arrays(async (file) => {
      const scalar = await file.dataset("scalar");
      expect(scalar.shape).toEqual([]);
      expect(await scalar.read()).toEqual(Float64Array.of(0.25));
      const nothing = await file.dataset("nothing");
      expect(nothing.shape).toBeNull();
      expect(await nothing.read()).toEqual(new Float64Array());
      const empty = await file.dataset("empty");
      expect(empty.shape).toEqual([0, 3]);
      expect(await empty.read()).toEqual(new Float64Array());
      for await (const _ of empty.blocks()) expect.unreachable();
    }));

  test("give strings without their padding", () =>
    arrays(async (file) => {
      expect(await (await file.dataset("fixed")).strings()).toEqual(["one", "two", "three"]);
      expect(await (await file.dataset("padded")).strings()).toEqual(["é", "日本"]);
      const variable = await file.dataset("variable");
      expect(await variable.strings()).toEqual(["", "é", "x".repeat(300)]);
      expect(await variable.strings({ rows: { start: 1, end: 2 } })).toEqual(["é"]);
    }));

  test("say which method reads them, and what is not read at all", () =>
    arrays(async (file) => {
      for (const [name, word] of [
        ["spikes", "fields()"],
        ["fixed", "strings()"],
        ["ragged", "variable length"],
        ["colour_big", "big-endian enumerations"],
      ] as const) {
        const error = await refusal((await file.dataset(name)).read());
        expect(error.code).toBe("unsupported");
        expect(error.message).toContain(word);
      }
      const complex = await file.dataset("complex");
      expect(complex.type.kind === "compound" || complex.type.kind === "unsupported").toBe(true);
    }));

  test("come in blocks of whole chunks, in order, and stop when the loop is left", () =>
    arrays(async (file) => {
      const samples = await file.dataset("samples");
      const rows: number[] = [];
      for await (const block of samples.blocks({ rows: { start: 10, end: 200 }, blockRows: 64, columns: [{ start: 1, end: 2 }] })) {
        expect(block.values[0]).toBe(frame(block.rows.start, 1));
        expect(block.values.length).toBe(block.rows.end - block.rows.start);
        rows.push(block.rows.start, block.rows.end);
      }
      expect(rows).toEqual([10, 74, 74, 138, 138, 200]);
      for await (const block of samples.blocks({ blockRows: 7 })) if (block.rows.start > 0) break;
      expect((await samples.read({ rows: { start: 0, end: 1 } }))[0]).toBe(-1000);
      await expect(samples.blocks({ blockRows: 0 })[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "options" });
    }));

  test("are found through types that were committed, and behind a user block", () =>
    Promise.all([
      arrays(async (file) => expect((await (await file.dataset("by_committed")).fields({ names: ["x"] })).x).toEqual(Float32Array.of(1.5))),
      using(fixture("userblock.h5"), async (file) =>
        expect(await (await file.dataset("numbers")).read()).toEqual(Float32Array.of(0, 1, 2, 3, 4)),
      ),
    ]));
});

describe("tables", () => {
  test("give columns, array members flattened", () =>
    arrays(async (file) => {
      const { timestamp, channel, samples } = await (await file.dataset("spikes")).fields({
        names: ["timestamp", "channel", "samples"],
        rows: { start: 100, end: 103 },
      });
      expect(timestamp).toEqual(BigInt64Array.of(9007199254741092n, 9007199254741093n, 9007199254741094n));
      expect(channel).toEqual(Uint8Array.of(36, 37, 38));
      expect(samples).toEqual(Float32Array.from({ length: 15 }, (_, k) => 100 + Math.floor(k / 5) + (k % 5) / 8));
    }));

  test("give every field in their order when none is named", () =>
    arrays(async (file) => {
      const columns = await (await file.dataset("spikes")).fields();
      expect(Object.keys(columns)).toEqual(["timestamp", "channel", "samples"]);
      expect(columns.samples).toHaveLength(2500);
    }));

  test("refuse a field that is not there, by the names that are", () =>
    arrays(async (file) => {
      const error = await refusal((await file.dataset("spikes")).fields({ names: ["time"] }));
      expect(error).toMatchObject({ code: "not-found", id: "time" });
      expect(error.message).toContain("timestamp, channel, samples");
    }));

  test("turn big-endian numbers, in compounds of one order and of both", () =>
    arrays(async (file) => {
      const mixed = await (await file.dataset("mixed_order")).fields();
      expect(mixed).toMatchObject({
        big: Int32Array.of(1, -1),
        little: Int32Array.of(2, -2),
        pair: Int16Array.of(3, 4, -3, -4),
        name: ["ab", "cd"],
      });
      const bytes = new DataView((await (await file.dataset("mixed_order")).bytes()).buffer);
      expect([bytes.getInt32(0, true), bytes.getInt32(4, true), bytes.getInt16(8, true)]).toEqual([1, 2, 3]);
      expect(await (await file.dataset("big_table")).fields()).toMatchObject({
        n: BigInt64Array.of(1n, -1n),
        x: Float32Array.of(0.5, 1.5),
      });
    }));

  test("keep fields named like members of Object.prototype", () =>
    arrays(async (file) => {
      const columns = await (await file.dataset("proto")).fields();
      expect(Object.keys(columns)).toEqual(["__proto__", "constructor"]);
      expect(Reflect.get(columns, "__proto__")).toEqual(Int32Array.of(1));
      expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    }));

  test("give nested compounds as bytes", () =>
    arrays(async (file) => {
      const { a, inner } = await (await file.dataset("nested")).fields({ names: ["a", "inner"] });
      expect(a).toEqual(Int16Array.of(7));
      expect((inner as Uint8Array)[0]).toBe(1);
      expect(inner).toHaveLength(9);
    }));

  test("come in blocks", () =>
    arrays(async (file) => {
      let rows = 0;
      for await (const block of (await file.dataset("spikes")).fieldBlocks({ names: ["channel"], blockRows: 130 })) {
        expect(block.fields.channel[0]).toBe(block.rows.start % 64);
        rows += block.fields.channel.length;
      }
      expect(rows).toBe(500);
    }));
});

describe("children", () => {
  test("are listed by name and kind", () =>
    arrays(async (file) => {
      const children = await file.children();
      expect(children).toContainEqual({ name: "committed", kind: "type" });
      expect(children).toContainEqual({ name: "numbers", kind: "group" });
      expect(children).toContainEqual({ name: "spikes", kind: "dataset" });
      expect(await file.children("/numbers/")).toHaveLength(22);
    }));

  test("of what is no group, or is not there, are not found", () =>
    arrays(async (file) => {
      for (const path of ["spikes", "nowhere", "numbers/nowhere/deeper", "spikes/inside", "spikes\0"]) {
        expect(await refusal(file.children(path))).toMatchObject({ code: "not-found" });
      }
      expect(await refusal(file.dataset("numbers"))).toMatchObject({ code: "not-found" });
      expect(await refusal(file.attributes("nowhere"))).toMatchObject({ code: "not-found" });
    }));
});
