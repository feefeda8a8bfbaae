export { type AppOptions, createApp } from "./app.js";
export { type RowFormat, rowFormats } from "./question.js";
export type { Sources } from "./sources.js";
