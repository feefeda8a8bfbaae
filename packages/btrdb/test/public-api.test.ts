import { expect, test } from "vitest";
import * as api from "../src/index.js";

test("the public values are these; a change needs a changeset", () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "btrdb",
      "btrdbOptions",
      "connect",
      "grpcCodes",
      "maximumTime",
      "minimumTime",
      "serverCodes",
      "versionOf",
      "windowsFor",
    ]
  `);
});

test("every option says what it is", () => {
  for (const [name, option] of Object.entries(api.btrdbOptions.shape)) {
    const { description } = "description" in option ? option : {};
    expect(description ?? "", name).not.toBe("");
  }
});
