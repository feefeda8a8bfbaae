export { type Aggregate, aggregate } from "./aggregate/aggregate.js";
export { type AggregateOptions, type Operation, operations } from "./aggregate/operations.js";
export type { AggregateRowsOptions, MessageRow } from "./aggregate/window-options.js";
export { type AggregatedRow, aggregateRows } from "./aggregate/windows.js";
export { type RotationOptions, type WriteAggregatedOptions, type WrittenFile, writeAggregated } from "./write/write.js";
