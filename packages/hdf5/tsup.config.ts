import { library } from "@sonde-tooling/build/tsup";

// The worker and the platforms are entries of their own: `new Worker(new URL("./worker.js", import.meta.url))` finds it beside them.
export default library({
  index: "src/index.ts",
  write: "src/write/index.ts",
  "write-node": "src/write/file-sink.node.ts",
  worker: "src/worker.js",
  "platform.node": "src/platform.node.ts",
  "platform.browser": "src/platform.browser.ts",
});
