import { tests } from "@sonde-tooling/build/vitest";

export default tests();
