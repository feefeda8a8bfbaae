import { library } from "@sonde-tooling/build/tsup";

export default library({
  index: "src/index.ts",
  bytes: "src/bytes/index.ts",
  connector: "src/connector/index.ts",
  schema: "src/schema/index.ts",
  wire: "src/wire/index.ts",
  node: "src/node/index.ts",
  "platform-node": "src/platform/node.ts",
  "platform-web": "src/platform/web.ts",
});
