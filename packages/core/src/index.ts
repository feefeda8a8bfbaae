export type { ByteRange, ByteSource } from "./bytes/source.js";
export * from "./contract.js";
export { isSondeError, type SondeError, type SondeErrorCode, type SondeErrorDetails, sondeError } from "./errors.js";
