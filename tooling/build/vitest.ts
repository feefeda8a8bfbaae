import { defineConfig } from "vitest/config";

const conditions = ["@sonde/source", "module", "node", "development|production"];
/** Set to run the tests against `dist`, as a user gets it. */
const sources = process.env.SONDE_TEST_DIST ? conditions.slice(1) : conditions;

/**
 * Tests read the sources of every package through the private condition `@sonde/source`, so they need no build.
 * An unhandled rejection fails the run (vitest's own rule; `dangerouslyIgnoreUnhandledErrors` stays off).
 */
export const tests = (kind: "unit" | "reference" = "unit") =>
  defineConfig({
    resolve: { conditions: sources },
    ssr: { resolve: { conditions: sources, externalConditions: sources } },
    test: {
      include: kind === "unit" ? ["test/**/*.test.ts"] : ["test/**/*.reference.ts"],
      reporters: ["default", "json"],
      outputFile: { json: kind === "unit" ? ".reports/unit.json" : ".reports/reference.json" },
      passWithNoTests: kind === "reference",
      testTimeout: 30_000,
      dangerouslyIgnoreUnhandledErrors: false,
    },
  });
