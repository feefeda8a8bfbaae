import { expect, test } from "vitest";
import * as drift from "../src/index.js";
import * as testing from "../src/testing/index.js";

test("the public values are these; a change needs a changeset", () => {
  expect(Object.keys(drift).sort()).toEqual([
    "connect",
    "decodePackage",
    "drift",
    "driftOptions",
    "encodePackage",
    "packageName",
    "parsePackageName",
    "toJpeg",
    "toPng",
    "triggersOf",
  ]);
  expect(Object.keys(testing).sort()).toEqual([
    "badPackage",
    "imagePackage",
    "memoryMetrics",
    "scalarsPackage",
    "seriesPackage",
    "startBroker",
    "startDevice",
    "startInflux",
    "textPackage",
    "typedPackage",
  ]);
});
