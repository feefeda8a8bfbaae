import { expect, test } from "vitest";
import { checkConformance, conformance, rules } from "../src/index.js";
import { labFixture } from "./lab/fixture.js";
import { lab } from "./lab/lab.js";

conformance(lab, labFixture());

test("a driver with every capability and a fixture that says everything leave no rule untried", async () => {
  const { passed, failed, skipped } = await checkConformance(lab, labFixture());
  expect(failed.map(({ suite, rule, message }) => [suite, rule, message])).toEqual([]);
  expect(skipped.map(({ suite, rule, message }) => [suite, rule, message])).toEqual([]);
  expect(passed).toHaveLength(rules.length);
});
