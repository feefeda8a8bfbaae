import { expect, it } from "vitest";
import * as api from "../src/index.js";

it("exports these names", () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "decode",
      "decodeBytes",
      "decompose",
      "distance",
      "encode",
      "encodeBytes",
      "fromPixels",
      "fromSubbands",
      "hslToRgb",
      "maxDecompositionSteps",
      "rgbToHsl",
      "toPixels",
      "variant",
      "variantValue",
    ]
  `);
});
