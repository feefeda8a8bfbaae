/** Core alone depends on Arrow: its types come from there. */
export type { Data, Field, RecordBatch, Schema } from "@sonde/core/connector";
