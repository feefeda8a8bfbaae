import { kindSchema, nanosSchema, rangeSchema } from "@sonde/core/schema";
import * as z from "zod";
import type { Plan } from "./plan/plan.js";

/** One request, retry, push-down or answer from a cache. */
export const activitySchema = z.object({
  connector: z.string(),
  kind: z.enum(["request", "retry", "pushdown", "cache", "close"]),
  target: z.string(),
  milliseconds: z.number(),
  bytes: z.number(),
});

/** What `--dry-run --json` prints, a line a stream. */
export const planSchema = z.object({
  source: z.string(),
  connector: z.string(),
  stream: z.string(),
  question: z.string(),
  range: rangeSchema.optional(),
  columns: z.array(z.string()),
  by: z.enum(["store", "local"]),
  rows: z.number().optional(),
  bytes: z.number().optional(),
  answer: z.number().optional(),
  objects: z.object({ count: z.number(), bytes: z.number(), more: z.boolean() }).optional(),
  asked: z.array(activitySchema),
});

export function planToJson(plan: Plan): z.input<typeof planSchema> {
  return z.encode(planSchema, { ...plan, columns: [...plan.columns], asked: [...plan.asked] });
}

/** What `sonde plot --json` prints: what was drawn, and from what. */
export const plottedSchema = z.object({
  stream: z.string(),
  kind: z.enum(["lines", "band", "bars", "raster"]),
  streamKind: kindSchema,
  range: rangeSchema.optional(),
  columns: z.array(z.string()),
  rows: z.number(),
  file: z.string().optional(),
});

/** What `sonde image --json` prints. */
export const picturedSchema = z.object({
  stream: z.string(),
  time: nanosSchema,
  ref: z.string(),
  field: z.string(),
  shape: z.array(z.number()),
  type: z.string(),
  level: z.number(),
  file: z.string().optional(),
});

/** What `sonde export --json` prints, a line a file; the folder's manifest holds the same. */
export const exportedSchema = z.object({
  stream: z.string(),
  file: z.string(),
  rows: z.number(),
  bytes: z.number(),
  sha256: z.string(),
});

/** What `sonde serve --json` prints once it listens. */
export const servedSchema = z.object({
  origin: z.url(),
  /** For a browser; its code is good once. */
  url: z.url(),
  /** For programs. */
  token: z.string(),
  sources: z.array(z.string()),
});

/** What `sonde source ls --json` prints, a line a source: secrets by where they come from, never by value. */
export const sourceSchema = z.object({
  alias: z.string(),
  default: z.boolean(),
  connector: z.string().optional(),
  address: z.string().optional(),
  options: z.record(z.string(), z.json()),
  file: z.string(),
});

/** What `sonde source test --json` prints. */
export const testedSchema = z.object({
  alias: z.string(),
  ok: z.boolean(),
  connector: z.string().optional(),
  milliseconds: z.number(),
  error: z.string().optional(),
});

/** What `sonde plugin ls --json` prints, a line a connector. */
export const pluginSchema = z.object({
  id: z.string(),
  package: z.string(),
  version: z.string().optional(),
  builtin: z.boolean(),
  schemes: z.array(z.string()),
  extensions: z.array(z.string()),
  /** The package.json that names it. */
  namedBy: z.string().optional(),
});

/** What `sonde doctor --json` prints, a line a finding. */
export const findingSchema = z.object({
  what: z.string(),
  state: z.enum(["ok", "warning", "failure"]),
  text: z.string(),
});
