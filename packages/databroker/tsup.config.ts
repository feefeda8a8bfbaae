import { library } from "@sonde-tooling/build/tsup";

export default library({
  index: "src/index.ts",
  "event-model": "src/event-model/index.ts",
  tiled: "src/tiled/index.ts",
  mongo: "src/mongo/index.ts",
  testing: "src/testing/index.ts",
  "platform-node": "src/platform/node.ts",
  "platform-web": "src/platform/web.ts",
});
