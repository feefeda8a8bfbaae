export { querySchema, statisticSchema, windowSchema, withinSchema } from "./query.js";
export { descriptionSchema, descriptionToJson, fieldSchema, kindSchema, streamSchema, streamToJson } from "./stream.js";
export { instantSchema, nanosSchema, rangeSchema, spanSchema } from "./time.js";
