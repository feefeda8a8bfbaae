import { Complex, Extension, encode, Float, MsgpackTimestamp, ndArray, ndArrayFromBytes } from "@sonde/msgpack-numpy";

/** Values made here, as a user would: all kinds of typed array, text, dates, structures, and the edges of the integers. */
export function ourValues() {
  const values = {
    "nothing and booleans": [null, true, false],
    "whole numbers at the edges of their forms": [
      0,
      127,
      128,
      255,
      256,
      65_535,
      65_536,
      2 ** 31,
      2 ** 32 - 1,
      2 ** 32,
      2 ** 53 - 1,
    ].flatMap((n) => [n, -n || 0]),
    "integers of 64 bits": [2n ** 63n - 1n, -(2n ** 63n), 2n ** 64n - 1n, 2n ** 53n, -(2n ** 53n)],
    floats: [0.5, -0, 1e308, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Math.PI],
    text: ["", "µV", "神経", "\u{1f9e0}", "\0", "x".repeat(31), "x".repeat(32), "x".repeat(256), "x".repeat(70_000)],
    bytes: [0, 1, 255, 256, 65_536].map((length) => new Uint8Array(length).fill(7)),
    lists: [[], [[]], Array.from({ length: 15 }, () => 1), Array.from({ length: 16 }, () => 1), Array.from({ length: 70_000 }, () => 1)],
    "a map with a key __proto__": JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}'),
    "a map of twenty keys": Object.fromEntries(Array.from({ length: 20 }, (_, k) => [`key ${k}`, k])),
    "a map with keys of text and bytes": new Map([
      ["a", 1],
      [Uint8Array.of(1, 2), 2],
    ]),
    "complex numbers": [
      new Complex(1, 2),
      new Complex(-0, 1e20),
      new Complex(Number.NaN, Number.POSITIVE_INFINITY),
      new Complex(0.1, -0.1),
    ],
    timestamps: [0n, 1n, -1n, 1_766_000_000_123_456_789n, 2n ** 34n * 1_000_000_000n].map((nanos) => new MsgpackTimestamp(nanos)),
    extensions: [new Extension(5, Uint8Array.of(1)), new Extension(127, new Uint8Array(300))],
    "typed arrays": [
      Int8Array.of(-128, 127),
      Uint16Array.of(0, 65_535),
      Int16Array.of(-32_768),
      Uint32Array.of(2 ** 32 - 1),
      Int32Array.of(-(2 ** 31)),
      BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
      BigUint64Array.of(2n ** 64n - 1n),
      Float32Array.of(0.1, Number.NaN),
      Float64Array.of(0.1, -0),
    ].map((data) => ndArray(data)),
    "arrays of booleans and text": [
      ndArray([true, false, true]),
      ndArray(["", "µV", "神経\u{1f9e0}"]),
      ndArray(["ab", "c"], { dtype: ">U4" }),
    ],
    matrices: [
      ndArray(
        Float32Array.from({ length: 24 }, (_, k) => k / 3),
        { shape: [2, 3, 4] },
      ),
      ndArray(new Int16Array(0), { shape: [0, 7] }),
      ndArray(Int32Array.of(5), { shape: [] }),
    ],
    "dates and durations": [
      ndArray(BigInt64Array.of(0n, -(2n ** 63n), 1_766_000_000_123_456_789n), { dtype: "<M8[ns]" }),
      ndArray(BigInt64Array.of(5n, -7n), { dtype: "<m8[us]" }),
      ndArray(BigInt64Array.of(3n), { dtype: ">M8[D]" }),
    ],
    "arrays of the other byte order": [
      ndArray(Float64Array.of(1.5, -2.5), { dtype: ">f8" }),
      ndArray(Int32Array.of(1, -1), { dtype: ">i4" }),
    ],
    "complex arrays": [ndArray(Float64Array.of(1, 2, 3, 4), { dtype: "<c16" }), ndArray(Float32Array.of(1, 2), { dtype: ">c8" })],
    "half floats": [ndArrayFromBytes(Uint8Array.of(0, 60, 0, 252, 1, 0), "<f2", [3])],
    "structured arrays": [
      ndArrayFromBytes(
        new Uint8Array(2 * 17).map((_, k) => k),
        [
          ["x", "<f8"],
          ["y", "<i4", [2]],
          ["flag", "|b1"],
        ],
        [2],
      ),
      ndArrayFromBytes(
        new Uint8Array(3 * 6).map((_, k) => k),
        [
          [
            "outer",
            [
              ["inner", ">i2"],
              ["name", "|S3"],
            ],
          ],
          ["last", "|u1"],
        ],
        [3],
      ),
    ],
    "bytes of NumPy": ndArrayFromBytes(Uint8Array.of(97, 98, 0, 255), "|S2", [2]),
    "raw bytes of NumPy": ndArrayFromBytes(Uint8Array.of(1, 2, 3, 4), "|V2", [2]),
    "a nested document": {
      score: 3,
      spikes: ndArray(BigUint64Array.of(1n, 2n)),
      more: [{ at: new Float(1), deep: { deeper: [ndArray(Float32Array.of(1))] } }],
    },
  };
  // A value that can't be written would take all others with it.
  for (const [name, value] of Object.entries(values)) {
    try {
      encode(value);
    } catch (error) {
      throw new Error(`${name}: ${error.message}`);
    }
  }
  return values;
}
