export { makeExampleArchive } from "../example/example.js";
export type { ExampleOptions } from "../example/options.js";
export { type InfluxServer, type InfluxServerOptions, type Intercept, startInfluxServer } from "./influx/server.node.js";
