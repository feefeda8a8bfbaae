import { expect, it } from "vitest";
import { decode, decompose, encode, fromPixels, hslToRgb, rgbToHsl, toPixels } from "../src/index.js";
import { deviation, thrown } from "./helpers.js";

/** Every byte of each channel. */
const picture = {
  width: 16,
  height: 16,
  data: Uint8ClampedArray.from({ length: 1024 }, (_, k) => [k >> 2, 255 - (k >> 2), ((k >> 2) * 7) % 256, 255][k % 4]!),
};

it("gives back every byte of an image, in colour and in grey", () => {
  expect(toPixels(fromPixels(picture))).toEqual(picture);
  const grey = toPixels(fromPixels(picture, { color: "grey" })).data;
  for (let k = 0; k < 256; k++) expect([...grey.subarray(4 * k, 4 * k + 4)]).toEqual([k, k, k, 255]);
});

it("takes images apart and shows them smaller", () => {
  const { shape, data } = fromPixels(picture);
  const buffer = decompose(data, { signalShape: [16, 16], signalNumber: shape[0], decompositionSteps: 2, waveletType: "DB1" });
  const { width, height, data: small } = toPixels(decode(encode(buffer, { level: 8 })).compose({ scale: 2 }));
  expect([width, height, small.length]).toEqual([4, 4, 64]);
  // The mean of the first four rows and columns of red: (0 + 1 + 2 + 3) / 4 + 16 * 1.5.
  expect(Math.abs(small[0]! - 25.5)).toBeLessThan(1);
});

it("goes to hue, saturation and lightness and back", () => {
  const { data } = fromPixels(picture);
  expect(deviation(hslToRgb(rgbToHsl(data)), data)).toBeLessThan(1e-4);
  expect([...rgbToHsl(Float32Array.of(0, 0, 1))].map((value) => value.toFixed(3))).toEqual(["0.667", "1.000", "0.500"]);
  const shown = toPixels(fromPixels(picture, { color: "hsl" }), { color: "hsl" }).data;
  for (let k = 0; k < shown.length; k++) expect(Math.abs(shown[k]! - picture.data[k]!)).toBeLessThanOrEqual(1);
});

it("cuts off what lies beyond 0 and 1, and takes channels from the middle", () => {
  const image = { shape: [4, 1, 1], data: Float32Array.of(9, -0.5, 0.5, 1.5) };
  expect([...toPixels(image, { channel: 1 }).data]).toEqual([0, 127, 255, 255]);
  expect([...toPixels(image, { channel: 3 }).data]).toEqual([255, 255, 255, 255]);
  expect(thrown(() => toPixels(image, { channel: 2, color: "hsl" }))).toMatchObject({ code: "options" });
  expect(thrown(() => toPixels({ shape: [4], data: image.data }))).toMatchObject({ code: "options" });
  expect(thrown(() => fromPixels({ width: 2, height: 2, data: new Uint8Array(3) }))).toMatchObject({ code: "options" });
  expect(thrown(() => rgbToHsl(new Float32Array(4)))).toMatchObject({ code: "options" });
});
