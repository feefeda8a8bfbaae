export { makeExampleArchive } from "../example/example.js";
export type { ExampleOptions } from "../example/options.js";
