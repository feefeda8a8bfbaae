export { isSondeError, type SondeError, type SondeErrorCode, type SondeErrorDetails, sondeError } from "../errors.js";
export type { ByteRange, ByteSource } from "./source.js";
