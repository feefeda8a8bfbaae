import { variant } from "@sonde/wavelet-buffer";

const numeric = [
  Int8Array.of(-128, 127),
  Int16Array.of(-32_768, 32_767),
  Uint16Array.of(0, 65_535),
  Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
  Uint32Array.of(0, 2 ** 32 - 1),
  BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
  BigUint64Array.of(0n, 2n ** 64n - 1n),
  Float32Array.of(0.1, -1e30),
  Float64Array.of(0.1, -1e300),
];

/** Messages of every type, of lists and scalars, and of nothing. */
export function ourVariants() {
  return [
    [],
    [variant(null)],
    [variant(true), variant(1n), variant(0.1), variant("µ神\u{1f9e0}"), variant("")],
    [variant([true, false, true]), variant(["a", "", "神"])],
    numeric.map((data) => variant(data)),
    numeric.map((data) => variant(data.subarray(0, 1))),
    [variant(Float64Array.from({ length: 10_000 }, (_, k) => k / 3))],
  ];
}
