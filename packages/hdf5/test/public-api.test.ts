import { expect, test } from "vitest";
import * as hdf5 from "../src/index.js";

test("the public values are these; a change needs a changeset", () => {
  expect(Object.keys(hdf5)).toEqual(["openHdf5"]);
});
