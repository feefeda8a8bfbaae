import type { batchOf, cellOf, Description } from "@sonde/core/connector";

/** Core alone depends on Arrow; its types come from core's signatures. */
export type RecordBatch = ReturnType<typeof batchOf>;
export type Schema = Description["schema"];
export type Field = Schema["fields"][number];
export type Data = Parameters<typeof cellOf>[0];
