import * as z from "zod";
import { instantSchema, spanSchema } from "./time.js";

/** The statistics that windows may hold. */
export const statisticSchema = z.enum(["min", "max", "mean", "stddev", "count", "sum", "median"]);

const within = {
  start: instantSchema.optional().describe("inclusive"),
  end: instantSchema.optional().describe("exclusive"),
  span: spanSchema.optional().describe("how long from start"),
  last: spanSchema.optional().describe("counted back from the stream's last row"),
};
const selection = {
  columns: z.array(z.string()).optional().describe("columns, or quantities for their stored statistics"),
  version: z.string().optional(),
  level: z.int().min(0).optional().describe("the store's coarser copy: one row for 2^level"),
};

/** The bounds of a question; one of start/end, start/span and last, as the façade takes them. */
export const withinSchema = z.strictObject(within).refine(consistent, "give start and end, start and span, or last");

/** What `read` is asked, as the CLI, permalinks and the server write it. */
export const querySchema = z.strictObject({ ...within, ...selection }).refine(consistent, "give start and end, start and span, or last");

/** What `windows` is asked. */
export const windowSchema = z
  .strictObject({ ...within, ...selection, width: spanSchema, statistics: z.array(statisticSchema).optional() })
  .refine(consistent, "give start and end, start and span, or last");

function consistent({ start, end, span, last }: { start?: unknown; end?: unknown; span?: unknown; last?: unknown }): boolean {
  if (last !== undefined) return start === undefined && end === undefined && span === undefined;
  return span === undefined || (start !== undefined && end === undefined);
}
