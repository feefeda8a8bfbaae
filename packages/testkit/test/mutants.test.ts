import { isSondeError } from "@sonde/core/connector";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { checkConformance, rules } from "../src/index.js";
import { labFixture } from "./lab/fixture.js";
import { capabilityMutants } from "./mutants/capabilities.js";
import { polluted, readingMutants } from "./mutants/reading.js";
import { sourceMutants } from "./mutants/source.js";
import { waitingMutants } from "./mutants/waiting.js";

const mutants = [...sourceMutants, ...readingMutants, ...capabilityMutants, ...waitingMutants];
const caught: string[] = [];

describe("a broken driver is caught by the rule that it breaks", () => {
  // The one mutant that pollutes the language may not do it to the next test.
  afterEach(() => void Reflect.deleteProperty(Object.prototype, polluted));

  for (const { name, suite, rule, connector, fixture } of mutants) {
    test(`${suite}: ${name}`, async () => {
      const { results } = await checkConformance(
        connector,
        { ...labFixture(), ...fixture },
        { only: (each) => each.suite === suite && each.name === rule },
      );
      expect(results.map(({ suite, rule, outcome }) => ({ suite, rule, outcome }))).toEqual([{ suite, rule, outcome: "failed" }]);
      const [{ error, message = "" } = {}] = results;
      expect(error).not.toBeInstanceOf(ReferenceError);
      expect(message).not.toMatch(/the rule ".*" did not settle/);
      if (isSondeError(error, "contract")) expect(message.length).toBeGreaterThan(20);
      caught.push(name);
    });
  }
  afterAll(() => console.info(`${caught.length} of ${mutants.length} broken drivers were caught, over ${rules.length} rules`));
});

test("no rule is without a broken driver that it catches", () => {
  const proven = new Set(mutants.map(({ suite, rule }) => `${suite}: ${rule}`));
  expect(rules.map(({ suite, name }) => `${suite}: ${name}`).filter((rule) => !proven.has(rule))).toEqual([]);
});

test("each rule has a name of its own in its suite", () => {
  expect(new Set(rules.map(({ suite, name }) => `${suite}: ${name}`)).size).toBe(rules.length);
});
