import { isSondeError } from "@sonde/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseExactJson } from "../src/influx/json.js";

const runs = 2000;

test("keeps the digits of integers that a number would round", () => {
  expect(parseExactJson("[1596834000000000001,-9223372036854775807,4,-0,9007199254740991,9007199254740993,1e3,1.5]", "x")).toEqual([
    1_596_834_000_000_000_001n,
    -9_223_372_036_854_775_807n,
    4,
    -0,
    9_007_199_254_740_991,
    9_007_199_254_740_993n,
    1000,
    1.5,
  ]);
});

test("keeps a key `__proto__` as data", () => {
  const parsed = parseExactJson('{"__proto__":{"a":1}}', "x");
  expect(Object.keys(parsed as object)).toEqual(["__proto__"]);
  expect(({} as { a?: number }).a).toBeUndefined();
});

test(`reads what JSON.parse reads, with the same values (${runs} documents)`, () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      const plain = (_: string, item: unknown) => (typeof item === "bigint" ? Number(item) : item);
      expect(JSON.stringify(parseExactJson(text, "x"), plain)).toBe(JSON.stringify(JSON.parse(text)));
    }),
    { numRuns: runs },
  );
});

test(`refuses what JSON.parse refuses, by 'format' (${runs} damaged documents)`, () => {
  const damage = fc.tuple(
    fc.json({ maxDepth: 4 }),
    fc.nat(),
    fc.constantFrom("", '"', "\\", "[", "}", "0", "1", "-", ".", "e", ",", "\n", "\u0001", "t", "é"),
  );
  fc.assert(
    fc.property(damage, ([text, seed, put]) => {
      const at = seed % (text.length + 1);
      const broken = text.slice(0, at) + put + text.slice(at + 1);
      let valid = true;
      try {
        JSON.parse(broken);
      } catch {
        valid = false;
      }
      const read = () => parseExactJson(broken, "the answer");
      if (valid) read();
      else expect(read).toThrow(expect.toSatisfy((error) => isSondeError(error, "format")));
    }),
    { numRuns: runs },
  );
});

test("refuses a document that is cut off anywhere, and one that nests without end", () => {
  const text = '{"results":[{"series":[{"values":[[1596834000000000001,-1.5e+3,"a\\"\\u00e9",true,null]]}]}]}';
  for (let end = 0; end < text.length; end++) {
    expect(() => parseExactJson(text.slice(0, end), "x")).toThrow(expect.toSatisfy((error) => isSondeError(error, "format")));
  }
  expect(() => parseExactJson("[".repeat(1_000_000), "x")).toThrow(expect.toSatisfy((error) => isSondeError(error, "format")));
  expect(() => parseExactJson(`${"[".repeat(40)}${"]".repeat(40)}`, "x")).toThrow("no JSON");
});
