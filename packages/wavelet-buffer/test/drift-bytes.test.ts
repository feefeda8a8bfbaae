import { expect, it } from "vitest";
import { decodeBytes, encodeBytes, variant, variantValue } from "../src/index.js";
import { thrown } from "./helpers.js";

it("writes the bytes of the format's description", () => {
  const bytes = encodeBytes([variant(true), variant("aµ"), variant(Int16Array.of(-2))]);
  expect([...bytes]).toEqual([
    ...[1, 0],
    ...[1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1],
    ...[1, 11, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0x61, 0xc2, 0xb5],
    ...[1, 3, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0xfe, 0xff],
  ]);
});

it("keeps shapes, and gives scalars and lists as plain values", () => {
  const values = decodeBytes(
    encodeBytes([
      variant(2n ** 60n),
      variant(1.5),
      variant(null),
      variant(["a"]),
      variant([true, false]),
      variant(Float32Array.of(1, 2), [1, 2]),
    ]),
  );
  expect(values.map(({ type, shape }) => [type, shape])).toEqual([
    ["int64", [1]],
    ["float64", [1]],
    ["none", [0]],
    ["string", [1]],
    ["bool", [2]],
    ["float32", [1, 2]],
  ]);
  expect(values.map(variantValue)).toEqual([2n ** 60n, 1.5, null, "a", [true, false], Float32Array.of(1, 2)]);
});

it("reads what a big-endian machine wrote", () => {
  const bytes = [
    ...[0, 0],
    ...[0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4],
    ...[0, 11, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0x78],
  ];
  expect(decodeBytes(Uint8Array.from(bytes)).map(variantValue)).toEqual([Uint16Array.of(0x0102, 0x0304), "x"]);
});

it("says what is wrong, and where", () => {
  const scalar = (type: number, ...rest: number[]) => Uint8Array.of(1, 0, 1, type, 1, 0, 0, 0, 0, 0, 0, 0, ...rest);
  expect(thrown(() => decodeBytes(Uint8Array.of(1, 1)))).toMatchObject({ code: "format", offset: 1 });
  expect(thrown(() => decodeBytes(Uint8Array.of(2, 0)))).toMatchObject({ code: "format", offset: 0 });
  expect(thrown(() => decodeBytes(scalar(13)))).toMatchObject({ code: "format", offset: 3 });
  expect(thrown(() => decodeBytes(scalar(10, 255, 255, 255, 255)))).toMatchObject({ code: "format" });
  expect(thrown(() => decodeBytes(scalar(11, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xff)))).toMatchObject({ code: "format", offset: 24 });
  const many = encodeBytes([variant(new Float64Array(10))]);
  expect(thrown(() => decodeBytes(many, { limits: { maxValues: 9 } }))).toMatchObject({ code: "limit", option: "limits.maxValues" });
});

it("refuses values whose type or shape can't be told", () => {
  expect(thrown(() => variant([] as string[]))).toMatchObject({ code: "options" });
  expect(thrown(() => variant([1, 2] as never))).toMatchObject({ code: "options" });
  expect(thrown(() => variant(2n ** 63n))).toMatchObject({ code: "options" });
  expect(thrown(() => variant(Float32Array.of(1, 2), [3]))).toMatchObject({ code: "options" });
  expect(thrown(() => encodeBytes([{ type: "bool", shape: [2], data: [true] }]))).toMatchObject({ code: "options" });
});
