import { expect, it } from "vitest";
import { decode, Extension, MsgpackTimestamp } from "../src/index.js";
import { hex, thrown } from "./helpers.js";

it.each([
  ["c0", null],
  ["c2", false],
  ["c3", true],
  ["00", 0],
  ["7f", 127],
  ["ff", -1],
  ["e0", -32],
  ["cc80", 128],
  ["cdffff", 65535],
  ["ceffffffff", 4294967295],
  ["d080", -128],
  ["d18000", -32768],
  ["d280000000", -2147483648],
  ["cf001fffffffffffff", Number.MAX_SAFE_INTEGER],
  ["cf0020000000000000", 9007199254740992n],
  ["cfffffffffffffffff", 18446744073709551615n],
  ["d3ffe0000000000001", Number.MIN_SAFE_INTEGER],
  ["d38000000000000000", -9223372036854775808n],
  ["d3ffffffffffffffff", -1],
  ["ca3fc00000", 1.5],
  ["cb3ff8000000000000", 1.5],
  ["cb8000000000000000", -0],
  ["cb7ff0000000000000", Number.POSITIVE_INFINITY],
  ["ca7fc00000", Number.NaN],
  ["a0", ""],
  ["a3c2b556", "µV"],
  ["a3efbbbf", "\ufeff"],
  ["d90161", "a"],
  ["da000161", "a"],
  ["db0000000161", "a"],
  ["c402 00ff", Uint8Array.of(0, 255)],
  ["c50001 07", Uint8Array.of(7)],
  ["c600000001 07", Uint8Array.of(7)],
  ["93010203", [1, 2, 3]],
  ["dc0001c0", [null]],
  ["dd00000001c0", [null]],
  ["81a16101", { a: 1 }],
  ["de0001a16101", { a: 1 }],
  ["df00000001a16101", { a: 1 }],
  ["d40507", new Extension(5, Uint8Array.of(7))],
  ["c7006f", new Extension(111, new Uint8Array(0))],
  ["c80001fe09", new Extension(-2, Uint8Array.of(9))],
  ["c900000001fe09", new Extension(-2, Uint8Array.of(9))],
])("decodes %s", (digits, value) => {
  expect(decode(hex(digits))).toEqual(value);
});

it("keeps the nanoseconds of timestamps of all three lengths", () => {
  expect(decode(hex("d6ff 00000001"))).toEqual(new MsgpackTimestamp(1_000_000_000n));
  expect(decode(hex("d7ff ee6b27fc 00000001"))).toEqual(new MsgpackTimestamp(1_999_999_999n));
  expect(decode(hex("c70cff 00000001 ffffffffffffffff"))).toEqual(new MsgpackTimestamp(-999_999_999n));
  expect(String(decode(hex("d7ff 00000004 00000000")))).toBe("1970-01-01T00:00:00.000000001Z");
  expect(String(new MsgpackTimestamp(-1n))).toBe("1969-12-31T23:59:59.999999999Z");
  expect(String(new MsgpackTimestamp(10n ** 27n))).toBe("1000000000000000000000000000 ns");
});

it("refuses timestamps with a billion nanoseconds or a length of their own", () => {
  expect(thrown(() => decode(hex("d7ff ee6b2800 00000001")))).toMatchObject({ code: "format", offset: 1 });
  expect(thrown(() => decode(hex("c70cff 3b9aca00 0000000000000000")))).toMatchObject({ code: "format" });
  expect(thrown(() => decode(hex("d5ff 0000")))).toMatchObject({ code: "format" });
});

it("builds nothing from extensions that other readers turn into objects", () => {
  for (const type of [0x65, 0x69, 0x70, 0x72, 0x73, 0x74, 0x78]) {
    const value = decode(Uint8Array.of(0xd4, type, 0x41));
    expect(value).toEqual(new Extension(type, Uint8Array.of(0x41)));
  }
});

it("keeps __proto__ as data", () => {
  const key = "a9 5f5f70726f746f5f5f"; // "__proto__"
  const value = decode(hex(`82 ${key} 81a8 706f6c6c75746564 c3 ab 636f6e7374727563746f72 01`)) as object;
  expect(Object.keys(value)).toEqual(["__proto__", "constructor"]);
  expect(Object.getOwnPropertyDescriptor(value, "__proto__")?.value).toEqual({ polluted: true });
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(({} as { readonly polluted?: unknown }).polluted).toBeUndefined();
});

it("takes the last of repeated keys, as Python does", () => {
  expect(decode(hex("82 a16101 a16102"))).toEqual({ a: 2 });
  expect(decode(hex("82 0101 0102"))).toEqual(new Map([[1, 2]]));
  const bytes = decode(hex("82 c4016101 c4016102")) as Map<unknown, unknown>;
  expect([...bytes]).toEqual([[Uint8Array.of(0x61), 2]]);
});

it("makes a Map, in the order written, where a key is not text", () => {
  const value = decode(hex("86 a16201 a13202 a13103 0704 920102 05 c0 06"));
  expect([...(value as Map<unknown, unknown>)]).toEqual([
    ["b", 1],
    ["2", 2],
    ["1", 3],
    [7, 4],
    [[1, 2], 5],
    [null, 6],
  ]);
  expect(decode(hex("83 a161 01 a161 02 07 03"))).toEqual(
    new Map<unknown, unknown>([
      ["a", 2],
      [7, 3],
    ]),
  );
});

it("does not take a key of bytes for text that is not UTF-8", () => {
  expect(decode(hex("81 c401e9 01"))).toEqual(new Map([[Uint8Array.of(0xe9), 1]]));
  expect(thrown(() => decode(hex("81 a1e9 01"))).code).toBe("format");
  expect(decode(hex("82 c401e9 01 c50001e9 02"))).toEqual(new Map([[Uint8Array.of(0xe9), 2]]));
});

it("gives bytes as views of the message", () => {
  const message = hex("c40107");
  const bytes = decode(message) as Uint8Array;
  expect(bytes.buffer).toBe(message.buffer);
  expect(decode(Buffer.from(message))?.constructor).toBe(Uint8Array);
});

it.each([
  ["nothing", "", 0],
  ["byte 0xC1", "93 01 c1 02", 2],
  ["bytes after the value", "01 02", 1],
  ["a text that ends early", "a3 6161", 1],
  ["a key that is missing", "81", 1],
  ["an integer that ends early", "cf 00000000", 5],
  ["text that is not UTF-8", "a2 ff41", 1],
  ["a surrogate in UTF-8", "a3 eda080", 1],
  ["long text that is not UTF-8", `d92a ${"41".repeat(41)}ff`, 2],
])("refuses %s, and says where", (_what, digits, offset) => {
  expect(thrown(() => decode(hex(digits)))).toMatchObject({ code: "format", offset });
});

it.each(["", "93 01 c1 02", "01 02", "a3 6161", "81", "cf 00000000"])("refuses %s when it reads exactly, too", (digits) => {
  expect(thrown(() => decode(hex(digits), { exact: true })).code).toBe("format");
});

it("reads damaged text where that is asked for", () => {
  expect(decode(hex("a2 ff41"), { utf8: "replace" })).toBe("\ufffdA");
});

it.each([
  ["dd ffffffff", "format"],
  ["df 7fffffff", "format"],
  ["c6 ffffffff", "format"],
  ["db ffffffff", "format"],
  ["c9 ffffffff 05", "format"],
])("refuses %s at once: the bytes are not there", (digits, code) => {
  expect(thrown(() => decode(hex(digits)))).toMatchObject({ code });
  expect(thrown(() => decode(hex(digits), { exact: true }))).toMatchObject({ code });
});

it("names the option of each limit", () => {
  const deep = new Uint8Array(501).fill(0x91);
  deep[500] = 0xc0;
  expect(thrown(() => decode(deep))).toMatchObject({ code: "limit", option: "maxDepth", allowed: 200, asked: 201 });
  expect(() => decode(deep, { maxDepth: 500 })).not.toThrow();
  expect(thrown(() => decode(hex("9401020304"), { maxElements: 3 }))).toMatchObject({ code: "limit", option: "maxElements", asked: 4 });
  expect(thrown(() => decode(hex("92920101920101"), { maxElements: 5 }))).toMatchObject({ code: "limit", option: "maxElements", asked: 6 });
  expect(thrown(() => decode(hex("c0"), { maxBytes: 0 }))).toMatchObject({ code: "limit", option: "maxBytes" });
});

it("refuses options that are none", () => {
  expect(thrown(() => decode("text" as unknown as Uint8Array)).code).toBe("options");
  expect(thrown(() => decode(hex("c0"), { maxDepth: 501 }))).toMatchObject({ code: "options", issues: [{ path: "maxDepth" }] });
  expect(thrown(() => decode(hex("c0"), { maxBytes: Number.NaN })).code).toBe("options");
});
