import { library } from "@sonde-tooling/build/tsup";

export default library({
  index: "src/index.ts",
  analysis: "src/analysis/index.ts",
  session: "src/session/index.ts",
  node: "src/session/index.node.ts",
  testing: "src/testing/index.ts",
  "platform-node": "src/platform/node.ts",
  "platform-web": "src/platform/web.ts",
});
