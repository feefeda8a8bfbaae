import { program } from "@sonde-tooling/build/tsup";

export default program({ main: "src/main.ts" });
