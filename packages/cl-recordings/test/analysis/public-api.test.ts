import { expect, test } from "vitest";
import * as analysis from "../../src/analysis/index.js";

test("the public values are these; a change needs a changeset", () => {
  expect(Object.keys(analysis).sort()).toEqual([
    "dctFeatures",
    "firingStats",
    "functionalConnectivity",
    "informationEntropy",
    "lempelZiv",
    "networkBursts",
    "psth",
    "spikeTriggeredHistogram",
    "ticksOf",
    "toBatch",
    "toJson",
    "trainOf",
  ]);
});
