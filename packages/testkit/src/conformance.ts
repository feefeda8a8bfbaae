import type { Connector } from "@sonde/core/connector";
import { afterEach, describe, test } from "vitest";
import { createContext, type Kept } from "./context.js";
import type { Fixture } from "./fixture.js";
import { defaultTimeout, runRule } from "./report.js";
import { suiteNames } from "./rule.js";
import { rules } from "./rules.js";

/**
 * Registers a test for every rule of the contract. Call it once for each stream of another kind. What a connector can't
 * do, and what the fixture says too little of, is a skipped test with its reason.
 *
 * @example
 * ```ts
 * conformance(memory, {
 *   options: { streams: { temp } },
 *   stream: { id: "temp", rows: 3, firstTimes: [1_500_000_000_000_000_001n] },
 * });
 * ```
 */
export function conformance<Id extends string, Input, Output, Client>(
  connector: Connector<Id, Input, Output, Client>,
  fixture: Fixture<NoInfer<Input>, NoInfer<Client>>,
): void {
  const { timeout = defaultTimeout } = fixture;
  const kept: Kept = new Map();
  describe(`${connector.id} keeps the contract, by '${fixture.stream.id}'`, () => {
    for (const suite of suiteNames) {
      describe(suite, () => {
        for (const rule of rules.filter((rule) => rule.suite === suite)) {
          // The rule has its own time limit, which says more than the runner's.
          test(rule.name, { timeout: timeout + 5000 }, async (test) => {
            const { outcome, message, error } = await runRule(rule, connector, fixture, kept);
            if (outcome === "skipped") test.skip(message);
            if (outcome === "failed") throw error;
          });
        }
      });
    }
    if (fixture.extra) {
      const context = createContext(connector, fixture, kept);
      afterEach(() => context.release());
      fixture.extra(context);
    }
  });
}
