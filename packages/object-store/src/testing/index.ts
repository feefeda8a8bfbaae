export type { Fault, SeenRequest } from "./faults.js";
export { type S3Server, type S3ServerOptions, startS3 } from "./s3-server.node.js";
export type { KeyPair } from "./signature.node.js";
