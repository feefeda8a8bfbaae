import { defineConfig } from "vitest/config";

const conditions = ["@sonde/source", "module", "node", "development|production"];
/** Set to run the tests against `dist`, as a user gets it. */
const chosen = process.env.SONDE_TEST_DIST ? conditions.slice(1) : conditions;

/**
 * Tests read the sources of every package through the private condition `@sonde/source`, so they need no build.
 * An unhandled rejection fails the run (vitest's own rule; `dangerouslyIgnoreUnhandledErrors` stays off).
 *
 * @param {"unit" | "reference" | "peer"} [kind] `reference`: over real data of other people, outside the checkout; `peer`: with a
 *   program of theirs, which the peers' suites name by the environment
 */
export const tests = (kind = "unit") =>
  defineConfig({
    resolve: { conditions: chosen },
    ssr: { resolve: { conditions: chosen, externalConditions: chosen } },
    test: {
      include: [`test/**/*.${kind === "unit" ? "test" : kind}.ts`],
      reporters: ["default", "json"],
      outputFile: { json: `.reports/${kind}.json` },
      passWithNoTests: kind === "reference",
      testTimeout: 30_000,
      dangerouslyIgnoreUnhandledErrors: false,
    },
  });
