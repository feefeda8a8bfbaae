import { expect, it } from "vitest";
import * as api from "../src/index.js";

it("exports these names", () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "Bin",
      "Complex",
      "Dict",
      "Extension",
      "Float",
      "Int",
      "List",
      "MsgpackTimestamp",
      "NdArray",
      "Opaque",
      "Str",
      "decode",
      "encode",
      "ndArray",
      "ndArrayFromBytes",
    ]
  `);
});
