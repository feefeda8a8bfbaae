import { library } from "@sonde-tooling/build/tsup";

// The worker is an entry of its own: `new Worker(new URL("./worker.js", import.meta.url))` finds it beside index.js.
export default library({
  index: "src/index.ts",
  write: "src/write/index.ts",
  "write-node": "src/write/file-sink.node.ts",
  worker: "src/worker.js",
});
