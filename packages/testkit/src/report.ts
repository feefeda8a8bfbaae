import type { Connector } from "@sonde/core/connector";
import { createContext, type Kept } from "./context.js";
import { within } from "./ensure.js";
import type { Fixture } from "./fixture.js";
import type { Rule, SuiteName } from "./rule.js";
import { rules } from "./rules.js";

export interface RuleResult {
  readonly suite: SuiteName;
  readonly rule: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** What the driver did wrong, or why there was nothing to try. */
  readonly message?: string;
  readonly error?: unknown;
}

export interface Report {
  readonly connector: string;
  readonly results: readonly RuleResult[];
  readonly passed: readonly RuleResult[];
  readonly failed: readonly RuleResult[];
  readonly skipped: readonly RuleResult[];
}

export const defaultTimeout = 10_000;

/** Tries one rule over connections of its own. Never rejects. */
export async function runRule(rule: Rule, connector: Connector, fixture: Fixture, kept: Kept): Promise<RuleResult> {
  const context = createContext(connector, fixture, kept);
  const { timeout = defaultTimeout } = fixture;
  const { suite, name } = rule;
  try {
    return await within(
      timeout,
      `the rule "${name}"`,
      (async (): Promise<RuleResult> => {
        const verdict = await rule.applies(context);
        if (verdict !== true) return { suite, rule: name, outcome: "skipped", message: verdict };
        await rule.run(context);
        return { suite, rule: name, outcome: "passed" };
      })(),
    );
  } catch (error) {
    return { suite, rule: name, outcome: "failed", message: error instanceof Error ? error.message : String(error), error };
  } finally {
    await context.release();
  }
}

/**
 * Tries a connector against every rule, or those that `only` picks, without a test runner. Rules run one after the other.
 *
 * @example
 * ```ts
 * const { failed } = await checkConformance(memory, { options: { streams: { temp } }, stream: { id: "temp" } });
 * for (const { suite, rule, message } of failed) console.log(`${suite}: ${rule}: ${message}`);
 * ```
 */
export async function checkConformance<Id extends string, Input, Output, Client>(
  connector: Connector<Id, Input, Output, Client>,
  fixture: Fixture<NoInfer<Input>, NoInfer<Client>>,
  { only = () => true }: { readonly only?: (rule: Rule) => boolean } = {},
): Promise<Report> {
  const kept: Kept = new Map();
  const results: RuleResult[] = [];
  for (const rule of rules) if (only(rule)) results.push(await runRule(rule, connector, fixture, kept));
  const by = (outcome: RuleResult["outcome"]) => results.filter((result) => result.outcome === outcome);
  return { connector: connector.id, results, passed: by("passed"), failed: by("failed"), skipped: by("skipped") };
}
