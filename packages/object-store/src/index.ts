export type { CredentialProvider, Credentials } from "./credentials.js";
export { type FsOptions, fs } from "./fs.js";
export { type HttpStoreOptions, http } from "./http.js";
export { s3 } from "./s3.js";
export type { S3Options } from "./s3-options.js";
export type {
  CallOptions,
  Entry,
  GetOptions,
  ListOptions,
  ObjectData,
  ObjectEntry,
  ObjectInfo,
  ObjectStore,
  PrefixEntry,
  PutOptions,
} from "./store.js";
export type { HttpOptions } from "./transport.js";
