export type { KeyPair } from "./certificate.node.js";
export type { Fault } from "./faults.js";
export type { PointFunction } from "./function-points.js";
export type { MergeRule } from "./merge-points.js";
export { type NewStream, type RunningServer, type ServerOptions, startServer } from "./server.js";
