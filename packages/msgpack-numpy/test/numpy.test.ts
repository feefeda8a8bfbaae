import { expect, it } from "vitest";
import { Complex, decode, encode, NdArray, ndArray, ndArrayFromBytes, Opaque } from "../src/index.js";
import { hex, ndMessage, thrown, toHex } from "./helpers.js";

const array = (message: Uint8Array): NdArray => {
  const value = decode(message);
  if (!(value instanceof NdArray)) throw new Error("no array");
  return value;
};

it("writes and reads 64-bit integers as msgpack-numpy does, to the last digit", () => {
  const bytes = encode(BigUint64Array.of(2n ** 64n - 1n, 2n ** 64n - 2n, 2n ** 64n - 3n));
  expect(toHex(bytes)).toBe(
    "85c4026e64c3c40474797065a33c7538c4046b696e64c400c40573686170659103c40464617461c418" +
      "fffffffffffffffffefffffffffffffffdffffffffffffff",
  );
  expect(String(decode(bytes))).toBe("[18446744073709551615 18446744073709551614 18446744073709551613]");
});

it.each([
  ["|b1", [0, 1, 2], [false, true, true], Uint8Array.of(0, 1, 1)],
  ["|i1", [255, 1], [-1, 1], Int8Array.of(-1, 1)],
  ["|u1", [255, 1], [255, 1], Uint8Array.of(255, 1)],
  ["<i2", [255, 255], [-1], Int16Array.of(-1)],
  [">u2", [1, 2], [258], Uint16Array.of(258)],
  ["<u4", [0, 0, 0, 128], [2147483648], Uint32Array.of(2147483648)],
  [">i4", [255, 255, 255, 254], [-2], Int32Array.of(-2)],
  ["<i8", [254, 255, 255, 255, 255, 255, 255, 255], [-2n], BigInt64Array.of(-2n)],
  [">u8", [255, 0, 0, 0, 0, 0, 0, 1], [18374686479671623681n], BigUint64Array.of(18374686479671623681n)],
  ["<f2", [0, 60, 0, 252, 1, 0], [1, Number.NEGATIVE_INFINITY, 2 ** -24], Float32Array.of(1, Number.NEGATIVE_INFINITY, 2 ** -24)],
  [">f4", [63, 192, 0, 0], [1.5], Float32Array.of(1.5)],
  ["<f8", [0, 0, 0, 0, 0, 0, 248, 63], [1.5], Float64Array.of(1.5)],
  ["<c8", [0, 0, 128, 63, 0, 0, 0, 192], [new Complex(1, -2)], Float32Array.of(1, -2)],
  ["|S3", [97, 98, 0, 181, 0, 99], ["ab", "µ\0c"], ["ab", "µ\0c"]],
  ["<U2", [0, 246, 1, 0, 0, 0, 0, 0], ["😀"], ["😀"]],
  [">U1", [0, 0, 0, 233], ["é"], ["é"]],
  ["<M8[ns]", [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128], [1n, null], BigInt64Array.of(1n, -(2n ** 63n))],
  ["<m8[25s]", [2, 0, 0, 0, 0, 0, 0, 0], [2n], BigInt64Array.of(2n)],
])("reads %s", (type, bytes, items, data) => {
  const value = array(ndMessage(type, [items.length], bytes));
  expect(value.dtype).toBe(type);
  expect([...value]).toEqual(items);
  expect(value.data).toEqual(data);
  expect(value.toNested()).toEqual(items);
  expect(encode(value)).toEqual(ndMessage(type, [items.length], bytes));
});

it("reads arrays of no, one and more dimensions, and of no elements", () => {
  const single = array(ndMessage("<i2", [], [7, 0]));
  expect([single.shape, single.size, single.get(), single.toNested(), String(single)]).toEqual([[], 1, 7, 7, "7"]);
  const matrix = array(ndMessage("|i1", [2, 3], [1, 2, 3, 4, 5, 6]));
  expect(matrix.toNested()).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(matrix.get(1, 2)).toBe(6);
  expect([...matrix].map(String)).toEqual(["[1 2 3]", "[4 5 6]"]);
  expect([...matrix.values()]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(thrown(() => matrix.get(2, 0)).code).toBe("options");
  expect(thrown(() => matrix.get(0)).code).toBe("options");
  expect(array(ndMessage("<f8", [2, 0], [])).toNested()).toEqual([[], []]);
});

it("reads structured arrays as columns", () => {
  const descr = [
    ["x", "<i2"],
    [
      "at",
      [
        ["r", ">f4"],
        ["name", "|S2"],
      ],
    ],
    ["", "|V1"],
    ["pair", "|u1", [2]],
  ] as const;
  const row = [1, 0, 63, 128, 0, 0, 97, 98, 99, 5, 6];
  const value = ndArrayFromBytes(Uint8Array.from([...row, ...row]), descr, [2]);
  const read = array(encode(value));
  expect(read.descr).toEqual(descr);
  expect([...read.fields.keys()]).toEqual(["x", "at", "pair"]);
  expect(read.fields.get("x")?.data).toEqual(Int16Array.of(1, 1));
  expect(read.fields.get("pair")?.toNested()).toEqual([
    [5, 6],
    [5, 6],
  ]);
  expect(read.get(1)).toEqual({ x: 1, at: { r: 1, name: "ab" }, pair: [5, 6] });
  expect(String(read)).toBe("[(1, (1., b'ab'), [5, 6]) (1, (1., b'ab'), [5, 6])]");
  expect(encode(read)).toEqual(encode(value));
});

it("keeps a field called __proto__ as data", () => {
  const value = array(encode(ndArrayFromBytes(Uint8Array.of(1), [["__proto__", "|u1"]], [1])));
  expect(Object.keys(value.get(0) as object)).toEqual(["__proto__"]);
});

it("reads scalars as plain values", () => {
  const scalar = (type: string, data: string) =>
    decode(hex(`83 c4026e64 c2 c40474797065 a${type.length} ${toHex(new TextEncoder().encode(type))} c40464617461 ${data}`));
  expect(scalar("<f4", "c4040000c03f")).toBe(1.5);
  expect(scalar("|b1", "c40101")).toBe(true);
  expect(scalar("<u8", "c408ffffffffffffffff")).toBe(18446744073709551615n);
  expect(scalar("<i8", "c4080700000000000000")).toBe(7);
  expect(scalar("<c8", "c4080000803f00000040")).toEqual(new Complex(1, 2));
  expect(String(scalar("<m8[ns]", "c4080700000000000000"))).toBe("7 nanoseconds");
  expect(thrown(() => scalar("<f4", "c40100")).code).toBe("format");
});

it.each([
  ["(1+2j)", 1, 2],
  ["2j", 0, 2],
  ["(-0-0j)", -0, -0],
  ["(nan+infj)", Number.NaN, Number.POSITIVE_INFINITY],
  ["(1e+16-1e-05j)", 1e16, -1e-5],
  ["(1234567890123456.8+0.0001j)", 1234567890123456.8, 0.0001],
])("reads and writes the complex number %s", (text, re, im) => {
  const bytes = encode(new Complex(re, im));
  expect(toHex(bytes).startsWith("82c407636f6d706c6578c3c40464617461")).toBe(true);
  expect(new Complex(re, im).toString()).toBe(text);
  expect(decode(bytes)).toEqual(new Complex(re, im));
});

it("never reads a pickle: arrays of Python objects stay opaque, and are not written on", () => {
  const message = hex("85c4026e64c3 c40474797065 a27c4f c4046b696e64 c4014f c4057368617065 9101 c40464617461 c4032e2e2e");
  const value = decode(message);
  expect(value).toBeInstanceOf(Opaque);
  expect(value).toMatchObject({ dtype: "|O", bytes: Uint8Array.of(0x2e, 0x2e, 0x2e) });
  expect(thrown(() => encode(value)).code).toBe("unsupported");
  expect(decode(ndMessage("<f16", [1], new Array<number>(16).fill(0)))).toBeInstanceOf(Opaque);
});

it("leaves maps that only look like arrays as they are", () => {
  const text = decode(hex("82 a26e64 c3 a474797065 a33c6634"));
  expect(text).toEqual({ nd: true, type: "<f4" });
  expect(decode(hex("81 c4026e64 c3"))).toBeInstanceOf(Map);
  expect(decode(ndMessage("|u1", [1], [1]), { numpy: false })).toBeInstanceOf(Map);
});

it.each([
  ["fewer bytes than the shape", "<i4", [3], [0, 0, 0, 0]],
  ["more bytes than the shape", "|i1", [1], [0, 0]],
  ["a size that NumPy has not", "<i3", [1], [0, 0, 0]],
  ["a type that is none", "hello", [1], [0]],
  ["a unit that is none", "<M8[hours]", [1], [0, 0, 0, 0, 0, 0, 0, 0]],
  ["a code point beyond Unicode", "<U1", [1], [0, 0, 17, 0]],
])("refuses %s", (_what, type, shape, bytes) => {
  expect(thrown(() => decode(ndMessage(type, shape, bytes)))).toMatchObject({ code: "format", offset: 1 });
});

it("refuses shapes that would take all memory, also where no byte is needed for them", () => {
  const shaped = (type: string, shape: string) =>
    hex(
      `85c4026e64c3 c40474797065 a${type.length}${toHex(new TextEncoder().encode(type))} c4046b696e64 c400 c4057368617065 ${shape} c40464617461 c400`,
    );
  expect(thrown(() => decode(shaped("|S0", "91ceffffffff")))).toMatchObject({ code: "limit", option: "maxElements" });
  expect(thrown(() => decode(shaped("<f8", "92ceffffffff00")))).toMatchObject({ code: "limit", option: "maxElements" });
  expect(thrown(() => decode(shaped("<f8", "93ceffffffffceffffffffceffffffff")))).toMatchObject({ code: "format" });
  expect(thrown(() => decode(shaped("<f8", "91ff")))).toMatchObject({ code: "format" });
  expect(array(shaped("|S0", "9103")).toNested()).toEqual(["", "", ""]);
});

it("makes arrays of what JavaScript has", () => {
  expect(ndArray([true, false]).dtype).toBe("|b1");
  expect(ndArray(["a", "bcd"]).dtype).toBe("<U3");
  expect(ndArray(["a", "bcd"]).toNested()).toEqual(["a", "bcd"]);
  expect(ndArray(Float32Array.of(1, 2), { dtype: ">f4" }).toNested()).toEqual([1, 2]);
  expect(ndArray(Float64Array.of(1, 2), { dtype: "<c16" }).toNested()).toEqual([new Complex(1, 2)]);
  expect(ndArray(BigInt64Array.of(0n), { dtype: "<M8[ns]" }).unit).toBe("ns");
  expect(ndArray(new Uint8ClampedArray(4), { shape: [2, 2] }).dtype).toBe("|u1");
  expect(thrown(() => ndArray(Int8Array.of(1, 2, 3), { shape: [2] })).code).toBe("options");
  expect(thrown(() => ndArray(Int8Array.of(1), { dtype: "<f4" })).code).toBe("options");
  expect(thrown(() => ndArray([true, "a"] as unknown as string[])).code).toBe("options");
  expect(thrown(() => ndArrayFromBytes(Uint8Array.of(1), "|O", [1])).code).toBe("options");
});

it.each([
  [ndArray(Float64Array.of(1, 0.25, 10)), "[ 1.    0.25 10.  ]"],
  [ndArray(Float64Array.of(Number.NaN, -1, Number.POSITIVE_INFINITY)), "[nan -1. inf]"],
  [ndArray(Float32Array.of(0.1, 1e9)), "[1.e-01 1.e+09]"],
  [ndArray(Float64Array.of(1 / 3)), "[0.33333333]"],
  [ndArray([true, false]), "[ True False]"],
  [ndArray(["it's", "b"]), `["it's" 'b']`],
  [ndArray(Int32Array.of(-1, 10, 100)), "[ -1  10 100]"],
  [ndArray(Float64Array.of(1, 2, 0, -1.5), { dtype: "<c16" }), "[1.+2.j  0.-1.5j]"],
  [ndArray(BigInt64Array.of(1n, -(2n ** 63n)), { dtype: "<M8[ms]" }), "['1970-01-01T00:00:00.001'                     'NaT']"],
  [
    ndArray(
      Uint8Array.from({ length: 30 }, (_, k) => k),
      { dtype: "|u1" },
    ),
    "[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23\n 24 25 26 27 28 29]",
  ],
  [ndArray(new Int8Array(2000)), "[0 0 0 ... 0 0 0]"],
  [ndArray(new Int8Array(8), { shape: [2, 2, 2] }), "[[[0 0]\n  [0 0]]\n\n [[0 0]\n  [0 0]]]"],
])("prints as NumPy does: %s", (value, text) => {
  expect(String(value)).toBe(text);
});
