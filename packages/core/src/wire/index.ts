/**
 * What crosses the wire between `@sonde/server` and `@sonde/remote`, one definition for both ends.
 *
 * @module
 */

export { arraysOf, arraysSchema, arrayToBatch } from "./arrays.js";
export { errorFromWire, errorToWire } from "./error.js";
export { errorFrame, type Frames, type FramesOptions, framesOf, readFrames } from "./frames.js";
export { fromWireJson, toWireJson } from "./json.js";
export { linesOf, readLines } from "./lines.js";
export {
  descriptionFromWire,
  descriptionToWire,
  metadataSchema,
  schemaFromWire,
  schemaToWire,
  streamFromWire,
  streamToWire,
  type WireAbility,
  type WireStream,
} from "./stream.js";
