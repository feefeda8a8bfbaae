import { fromBytes } from "@sonde/core/bytes";
import { encode } from "@sonde/msgpack-numpy";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StreamBuilder } from "../src/files/column-builder.js";
import { LineReader } from "../src/files/json/columns.js";
import { linesOf } from "../src/files/json/lines.js";
import { parseJson } from "../src/files/json/parse.js";
import { messagesOf } from "../src/files/msgpack/messages.js";
import { incomplete, skipValue } from "../src/files/msgpack/skip.js";
import { splitGlob } from "../src/files/pack.js";
import { sampleScan } from "../src/testing/index.js";
import { jsonText } from "../src/write/plain.js";
import { fileOf } from "./support/folder.js";

const signal = new AbortController().signal;
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    fc.string({ maxLength: 40 }),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie("any"), { maxLength: 20 }),
    fc.dictionary(fc.string({ maxLength: 10 }), tie("any"), { maxKeys: 18 }),
  ),
})).any;

test("the end of any message is found, and found missing at every shorter length", () => {
  let cuts = 0;
  fc.assert(
    fc.property(value, (one) => {
      const bytes = encode(one);
      expect(skipValue(bytes, 0, bytes.length)).toBe(bytes.length);
      for (let length = 0; length < Math.min(bytes.length, 400); length++) {
        expect(skipValue(bytes, 0, length)).toBe(incomplete);
        cuts++;
      }
    }),
    { numRuns: 1000 },
  );
  console.log(`messages stepped over: 1000 values, ${cuts} cuts`);
});

describe("pieces of a file", () => {
  test("hold the same messages however small they are", async () => {
    const { bytes, ends } = fileOf(sampleScan(5), "msgpack");
    for (const chunk of [1, 2, 3, 7, 64, 333, 4096]) {
      const found: number[] = [];
      for await (const { bounds, offset } of messagesOf(fromBytes(bytes), bytes.length, { signal, whole: true, chunk })) {
        found.push(...bounds.slice(1).map((bound) => bound + offset));
      }
      expect(found).toEqual(ends);
    }
  });

  test("hold the same lines however small they are", async () => {
    const { bytes } = fileOf(sampleScan(5), "jsonl");
    const whole = new TextDecoder().decode(bytes);
    for (const chunk of [1, 5, 333, 4096]) {
      let text = "";
      for await (const lines of linesOf(fromBytes(bytes), bytes.length, { signal, chunk })) text += lines.text;
      expect(text).toBe(whole);
    }
  });
});

const jsonValue = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double(),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }),
    fc.string({ unit: "binary" }),
    fc.array(tie("any"), { maxLength: 6 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constant("__proto__")), tie("any"), { maxKeys: 6, noNullPrototype: true }),
  ),
})).any;

test("JSON is read back as it was written, NaN, Infinity and big integers too", () => {
  const runs = 3000;
  fc.assert(
    fc.property(jsonValue, (one) => {
      const text = jsonText(one);
      const read = parseJson(text);
      expect(jsonText(read)).toBe(text);
    }),
    { numRuns: runs },
  );
  console.log(`JSON written and read: ${runs} values`);
  expect(parseJson("[NaN, -Infinity, 9007199254740993, 1700000001.1234567, 1234567890123456.5]")).toEqual([
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    9007199254740993n,
    1700000001.1234567,
    1234567890123456.5,
  ]);
  for (const bad of ["", "[1,]", "{a: 1}", '"\u0001"', "[1 2]", "nul", "01", "1.", '{"a"}', "[NaNs]"]) {
    expect(() => parseJson(bad), bad).toThrow(expect.objectContaining({ code: "format" }));
  }
});

test("a line of an event gives the cells that reading it whole gives", () => {
  const runs = 1000;
  fc.assert(
    fc.property(fc.dictionary(fc.string(), jsonValue, { maxKeys: 5, noNullPrototype: true }), fc.double({ noNaN: true }), (data, time) => {
      const fields = Object.keys(data);
      const builder = new StreamBuilder(fields);
      const line = jsonText(["event", { descriptor: "d", seq_num: 3, timestamps: data, data, uid: "u", time }]);
      expect(new LineReader(builder, (uid) => uid === "d").read(line, 0, line.length)).toBe(true);
      for (const field of fields) expect(jsonText(builder.fields.get(field)?.done()[0])).toBe(jsonText(data[field]));
      expect(builder.rows).toBe(1);
    }),
    { numRuns: runs },
  );
  console.log(`lines of events: ${runs} cases`);
});

test("globs match names as shells do, in time that does not explode", () => {
  const { folder, matches } = splitGlob("./documents/*a?.msgpack");
  expect(folder).toBe("./documents/");
  expect([matches("xab.msgpack"), matches("ab.msgpack"), matches("a.msgpack"), matches("xab.msgpack2")]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  const started = performance.now();
  expect(splitGlob(`${"*a".repeat(40)}b`).matches("a".repeat(2000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(500);
});
