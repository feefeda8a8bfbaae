import { expect, test } from "vitest";
import * as objectStore from "../src/index.js";
import * as testing from "../src/testing/index.js";

test("the public values are these; a change needs a changeset", () => {
  expect(Object.keys(objectStore)).toEqual(["fs", "http", "s3"]);
  expect(Object.keys(testing)).toEqual(["startS3"]);
});
