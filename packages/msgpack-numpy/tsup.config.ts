import { library } from "@sonde-tooling/build/tsup";
import { defineConfig } from "tsup";

/** msgpackr is taken in: its package would bring an optional native part with an install script. */
export default defineConfig({ ...library({ index: "src/index.ts" }), noExternal: ["msgpackr"] });
