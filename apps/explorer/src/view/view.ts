import { nanosSchema, spanSchema } from "@sonde/core/schema";
import * as z from "zod";

/** One quantity of one stream, drawn in a panel of its own. */
export const traceSchema = z.strictObject({ source: z.string().min(1), stream: z.string().min(1), column: z.string().min(1) });
export type Trace = z.infer<typeof traceSchema>;

/** What time is shown: fixed, up to now, or up to the last row. Half open. */
export const windowSchema = z.union([
  z.strictObject({ start: nanosSchema, end: nanosSchema }).refine(({ start, end }) => start < end, "the end comes after the start"),
  z.strictObject({ now: spanSchema }),
  z.strictObject({ last: spanSchema }),
]);

export const tabs = ["about", "rows", "events", "images", "requests"] as const;
export const themeNames = ["auto", "light", "dark"] as const;

/** Everything that a permalink says. Never a secret: who opens it asks with a session of their own. */
export const viewSchema = z.strictObject({
  traces: z.array(traceSchema).max(32),
  /** The stream that the lower pane tells about. */
  open: z.strictObject({ source: z.string().min(1), stream: z.string().min(1) }).optional(),
  tab: z.enum(tabs),
  window: windowSchema.optional(),
  a: nanosSchema.optional(),
  b: nanosSchema.optional(),
  /** "UTC", "local", "TAI", "ns", "relative", "ticks" or an IANA name. */
  zone: z.string().min(1),
  theme: z.enum(themeNames),
});
export type View = z.output<typeof viewSchema>;
export type Tab = View["tab"];

export const emptyView: View = { traces: [], tab: "about", zone: "UTC", theme: "auto" };
