import { library } from "@sonde-tooling/build/tsup";

export default library({
  index: "src/index.ts",
  parquet: "src/parquet/index.ts",
  testing: "src/testing/index.ts",
});
