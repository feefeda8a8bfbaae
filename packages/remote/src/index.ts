export { remote } from "./connector.js";
export type { RemoteClient, RemoteSource } from "./driver.js";
export type { Decoders, RemoteInput, RemoteOptions } from "./options.js";
