import { tests } from "@sonde-tooling/build/vitest";

const config = tests("peer");

/** The built page in the system's browser. */
export default {
  ...config,
  test: {
    ...config.test,
    include: ["test/**/*.e2e.ts"],
    outputFile: { json: ".reports/e2e.json" },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
};
