/**
 * Writing files, for Node: `@sonde/core/node`.
 *
 * @module
 */
export type { CallOptions as WriteCallOptions } from "./options.js";
export { writeArrow, writeCsv, writeNdjson, writeParquet } from "./write.js";
export type { Written } from "./write-file.js";
