import { tests } from "@sonde-tooling/build/vitest";

const config = tests();

// The AWS packages offer bundlers, by the condition "module", files that Node can't load; Node itself never asks for it.
const conditions = config.resolve?.conditions?.filter((condition) => condition !== "module") ?? [];

export default { ...config, resolve: { conditions }, ssr: { resolve: { conditions, externalConditions: conditions } } };
