import { expect, it } from "vitest";
import { decode, decompose, encode } from "../src/index.js";
import { Blob2, bufferOf, sfStream, signal, thrown } from "./helpers.js";

const line = { signalShape: [100], signalNumber: 1, decompositionSteps: 3, waveletType: "DB2" } as const;

it("reads version 2 without compression, which nests its vectors", () => {
  const bytes = new Blob2()
    .header(2, [4], 1, 1, 1, 0)
    .objects(1)
    .objects(2)
    .matrix(2, 1, 0, 0)
    .matrix(2, 1, Math.SQRT2, 2 * Math.SQRT2);
  const buffer = decode(bytes.done);
  expect(buffer.parameters).toEqual({ signalShape: [4], signalNumber: 1, decompositionSteps: 1, waveletType: "DB1" });
  expect(buffer.subbands[0]!.map(({ band, step, rows, columns }) => [band, step, rows, columns])).toEqual([
    ["detail", 0, 2, 1],
    ["approximation", 0, 2, 1],
  ]);
  expect([...buffer.compose().data].map((value) => value.toFixed(6))).toEqual(["1.000000", "1.000000", "2.000000", "2.000000"]);
  expect([...buffer.compose({ scale: 1 }).data].map((value) => value.toFixed(6))).toEqual(["1.000000", "2.000000"]);
});

it("reads the SF streams of version 2, and a stream without signs as zeros whatever follows", () => {
  const values = [0, 0, -1.5, 0.25, 1e3, 0, 0, 3];
  const blob = new Blob2().header(2, [16], 1, 1, 1, 16).byteVector([...sfStream(8, 1, [0, 0, 0, 0, 0, 0, 0, 0]), 0xff, 0xff]);
  const { subbands } = decode(blob.byteVector(sfStream(8, 1, values)).done);
  expect(subbands[0]!.map(({ data }) => [...data])).toEqual([[0, 0, 0, 0, 0, 0, 0, 0], values]);
});

it("decodes no subband before it is needed", () => {
  const buffer = bufferOf(line);
  const bytes = encode(buffer, { level: 1 });
  // Where the values of the finest details begin: after the header, three sizes, and 52 indices of a byte each.
  const values = 38 + 24 + 20 + (13 + 52 + 16) + 20;
  bytes[values] = bytes[values]! ^ 0xff;
  const damaged = decode(bytes);
  expect([...damaged.compose({ scale: 1 }).data]).toEqual([...buffer.compose({ scale: 1 }).data]);
  expect(thrown(() => damaged.compose())).toMatchObject({ code: "format", offset: values });
});

it("keeps what was decoded", () => {
  const [first] = decode(encode(bufferOf(line), { level: 1 })).subbands[0]!;
  expect(first!.data).toBe(first!.data);
});

it("reads bytes that are a view of others, and Node's buffers", () => {
  const bytes = encode(bufferOf(line), { level: 5 });
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const expected = [...decode(bytes).compose().data];
  expect([...decode(shifted.subarray(3)).compose().data]).toEqual(expected);
  expect([...decode(Buffer.from(bytes)).compose().data]).toEqual(expected);
});

it("says what is wrong with a header, and where", () => {
  const bytes = encode(bufferOf(line));
  const changed = (at: number, value: number) => {
    const copy = bytes.slice();
    copy[at] = value;
    return thrown(() => decode(copy));
  };
  expect(thrown(() => decode(new Uint8Array(0)))).toMatchObject({ code: "format", offset: 0 });
  expect(changed(0, 4)).toMatchObject({ code: "unsupported", what: "version 4" });
  expect(changed(1, 3)).toMatchObject({ code: "format", offset: 1 });
  expect(changed(25, 6)).toMatchObject({ code: "format", offset: 9 });
  expect(changed(33, 6)).toMatchObject({ code: "format", offset: 33 });
  expect(changed(37, 32)).toMatchObject({ code: "format", offset: 37 });
  expect(changed(38, 2)).toMatchObject({ code: "format", offset: 38 });
  expect(changed(42, 51)).toMatchObject({ code: "format", offset: 38 });
  expect(thrown(() => decode(Uint8Array.of(...bytes, 0)))).toMatchObject({ code: "format", offset: bytes.length });
  expect(thrown(() => decode("text" as never))).toMatchObject({ code: "options" });
});

it("refuses steps that the shape does not allow, and steps without a wavelet", () => {
  const blob = (shape: number[], steps: number, wavelet: number) =>
    thrown(() => decode(new Blob2().header(3, shape, 1, steps, wavelet, 1).done));
  expect(blob([100, 100], 6, 2).message).toMatch(/allow 0 to 5/);
  expect(blob([7], 1, 0).message).toMatch(/allow 0 to 0/);
  expect(blob([3], 0, 2).message).toMatch(/takes at least 4/);
});

it("takes no memory for what a header promises", () => {
  const promise = (shape: number[], signals: number, level = 1) =>
    thrown(() => decode(new Blob2().header(3, shape, signals, 0, 0, level).done));
  expect(promise([2 ** 40], 1)).toMatchObject({ code: "limit", option: "limits.maxValues" });
  expect(promise([2 ** 52, 2 ** 52], 2 ** 52)).toMatchObject({ code: "limit" });
  expect(promise([1], 2 ** 26)).toMatchObject({ code: "format" });
  expect(promise([2 ** 26], 1, 0)).toMatchObject({ code: "format" });
  const bytes = encode(bufferOf(line));
  expect(thrown(() => decode(bytes, { limits: { maxBytes: 10 } }))).toMatchObject({ code: "limit", option: "limits.maxBytes" });
  expect(thrown(() => decode(bytes, { limits: { maxValues: 103 } }))).toMatchObject({ code: "limit", asked: 104, allowed: 103 });
  expect(decode(bytes, { limits: { maxValues: 104 } }).compose().shape).toEqual([100]);
  expect(thrown(() => decode(bytes, { limits: { maxValues: -1 } }))).toMatchObject({ code: "options" });
});

it("writes a buffer that holds nothing, at level 0", () => {
  const nothing = new Blob2().header(3, [64], 1, 1, 1, 0).matrix(0, 0).matrix(0, 0).done;
  const buffer = decode(nothing);
  expect([buffer.empty, buffer.compose()]).toEqual([true, { shape: [0], data: new Float32Array(0), scale: 0, origin: [0] }]);
  expect(encode(buffer, { level: 16 })).toEqual(nothing);
  expect(buffer.summary()).toMatch(/nothing was decomposed/);
  const half = new Blob2().header(3, [4], 1, 1, 1, 0).matrix(2, 1, 1, 2).matrix(0, 0).done;
  expect(thrown(() => decode(half))).toMatchObject({ code: "format" });
});

it("prints itself as the reference does, and a line for each subband", () => {
  const image = decompose(signal(45 * 38 * 3), { signalShape: [45, 38], signalNumber: 3, decompositionSteps: 2, waveletType: "DB3" });
  const text = "WaveletBuffer<signal_number=3, signal_shape=(45x38), decomposition_steps=2, wavelet_type=WaveletType.DB3>";
  expect(String(image)).toBe(text);
  expect(image.summary()).toMatch(/signal 2, step 1 HH: 10 x 12 values$/m);
  const lines = decode(encode(bufferOf(line), { level: 8 }))
    .summary()
    .split("\n");
  expect(lines.length).toBe(6);
  expect(lines[1]).toMatch(/^version 3, compressed at level 8: \d+ bytes of subbands for 416 bytes of coefficients$/);
  expect(lines[2]).toMatch(/^ {2}step 0 detail: 52 values, 52 not 0, \d+ bytes$/);
});
