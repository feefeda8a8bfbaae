import { expect, test } from "vitest";
import * as api from "../src/index.js";

test("the public values are these; a change needs a changeset", () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "aggregate",
      "aggregateRows",
      "efd",
      "efdCredentials",
      "efdInflux",
      "efdInfluxOptions",
      "efdNames",
      "efdOptions",
      "openEfd",
      "openInflux",
      "operations",
      "packedFields",
      "unpackFields",
      "writeAggregated",
    ]
  `);
});

test("every option says what it is", () => {
  for (const [name, option] of Object.entries(api.efdOptions.shape)) {
    const { description } = "description" in option ? option : {};
    expect(description ?? "", name).not.toBe("");
  }
});
