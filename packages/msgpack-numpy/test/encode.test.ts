import { expect, it } from "vitest";
import { Bin, Dict, decode, Extension, encode, Float, Int, List, MsgpackTimestamp, Str } from "../src/index.js";
import { hex, thrown, toHex } from "./helpers.js";

it.each([
  [null, "c0"],
  [true, "c3"],
  [0, "00"],
  [127, "7f"],
  [128, "cc80"],
  [65536, "ce00010000"],
  [2 ** 32, "cf0000000100000000"],
  [2 ** 53 - 1, "cf001fffffffffffff"],
  [-32, "e0"],
  [-33, "d0df"],
  [-129, "d1ff7f"],
  [-(2 ** 31), "d280000000"],
  [-(2 ** 31) - 1, "d3ffffffff7fffffff"],
  [5n, "05"],
  [2n ** 64n - 1n, "cfffffffffffffffff"],
  [-(2n ** 63n), "d38000000000000000"],
  [1.5, "cb3ff8000000000000"],
  [-0, "cb8000000000000000"],
  [1e300, "cb7e37e43c8800759c"],
  [new Float(1), "cb3ff0000000000000"],
  [new Float(1.5, 32), "ca3fc00000"],
  ["µ", "a2c2b5"],
  ["a".repeat(32), `d920${"61".repeat(32)}`],
  ["é".repeat(31), `d93e${"c3a9".repeat(31)}`],
  [Uint8Array.of(1), "c40101"],
  [Buffer.from([1]), "c40101"],
  [new Uint8Array(256), `c50100${"00".repeat(256)}`],
  [[1, [2]], "92019102"],
  [{ a: 1, b: null }, "82a16101a162c0"],
  [Object.assign(Object.create(null), { a: 1 }), "81a16101"],
  [
    new Map<unknown, unknown>([
      [1, 2],
      [1n, 3],
      [Uint8Array.of(7), [4]],
    ]),
    "8301020103c401079104",
  ],
  [new Date(0), "d6ff00000000"],
  [new Date(-1), "c70cff3b8b87c0ffffffffffffffff"],
  [new MsgpackTimestamp(1_999_999_999n), "d7ffee6b27fc00000001"],
  [new MsgpackTimestamp(2n ** 34n * 1_000_000_000n), "c70cff000000000000000400000000"],
  [new Extension(5, Uint8Array.of(1, 2)), "d5050102"],
  [new Extension(-3, Uint8Array.of(1, 2, 3)), "c703fd010203"],
  [new Int(1, "uint64"), "cf0000000000000001"],
  [new Int(-1, "int16"), "d1ffff"],
  [new Str("a", "str32"), "db0000000161"],
  [new Bin(Uint8Array.of(1), "bin16"), "c5000101"],
  [new List([1, new Float(2)], "array16"), "dc000201cb4000000000000000"],
  [
    new Dict<unknown>([
      ["a", 1],
      ["a", 2],
    ]),
    "82a16101a16102",
  ],
])("writes %s as Python's msgpack does", (value, digits) => {
  expect(toHex(encode(value))).toBe(digits);
});

it("writes a key called __proto__ as any other", () => {
  const value: unknown = JSON.parse('{"__proto__": {"a": 1}, "b": 2}');
  expect(toHex(encode(value))).toBe("82a95f5f70726f746f5f5f81a16101a16202");
  expect(encode(decode(encode(value)))).toEqual(encode(value));
});

it.each([
  [{ a: [1, undefined] }, "value.a[1]"],
  [{ a: { "b c": () => 1 } }, 'value.a["b c"]'],
  [{ re: /x/ }, "value.re"],
  [new Set([1]), "value"],
  [[new DataView(new ArrayBuffer(1))], "value[0]"],
  [{ at: new Date(Number.NaN) }, "value.at"],
  ["\ud800", "value"],
  [{ "\udfff": 1 }, "value"],
  [new Int(300, "uint8"), "value"],
  [new Int(0.5), "value"],
  [new Str("a".repeat(32), "fixstr"), "value"],
  [new Extension(200, new Uint8Array(1)), "value"],
  [[new MsgpackTimestamp(10n ** 30n)], "value[0]"],
])("refuses %s and names the place", (value, path) => {
  const error = thrown(() => encode(value));
  expect(error.code).toBe("unsupported");
  expect(String(error.message)).toContain(`${path} is `);
});

it("refuses cycles, depth without end, and integers beyond 64 bits", () => {
  const cycle: unknown[] = [];
  cycle.push({ back: cycle });
  expect(thrown(() => encode(cycle))).toMatchObject({ code: "unsupported", message: expect.stringContaining("value[0].back") });
  let deep: unknown = null;
  for (let k = 0; k < 300; k++) deep = [deep];
  expect(thrown(() => encode(deep))).toMatchObject({ code: "limit", option: "maxDepth", allowed: 200 });
  expect(encode(deep, { maxDepth: 300 }).length).toBe(301);
  expect(thrown(() => encode({ a: 2n ** 64n }))).toMatchObject({ code: "limit", asked: 2n ** 64n, allowed: 2n ** 64n - 1n });
});

it("writes the same value twice where it is no cycle", () => {
  const shared = { a: 1 };
  expect(decode(encode([shared, shared]))).toEqual([shared, shared]);
});

it("gives back bytes of its own, also after large messages", () => {
  const first = encode("a");
  const large = encode(new Uint8Array(3_000_000));
  encode("b");
  expect(first).toEqual(hex("a161"));
  expect(large.length).toBe(3_000_005);
  expect(first.buffer.byteLength).toBe(2);
});

it("writes on after a value that it refused", () => {
  expect(thrown(() => encode([1, 2, undefined])).code).toBe("unsupported");
  expect(toHex(encode([1]))).toBe("9101");
});

it.each([
  "cc05",
  "d1ffff",
  "ca7fc12345",
  "cb7ff8000000000001",
  "d90161",
  "a1ff",
  "c5000101",
  "dc000101",
  "de0001a16105",
  "c7010501",
  "d6ff00000001",
  "82a161 01a161 02",
])("writes %s as it was read exactly", (digits) => {
  expect(encode(decode(hex(digits), { exact: true }))).toEqual(hex(digits));
});

it("says how values were written", () => {
  const value = decode(hex("93 01 d90161 cb3ff0000000000000"), { exact: true });
  expect(value).toEqual(new List([new Int(1, "fixint"), new Str("a", "str8"), new Float(1, 64, hex("3ff0000000000000"))], "fixarray"));
  expect(value instanceof List && value.items[1] instanceof Str ? value.items[1].text : "").toBe("a");
});
