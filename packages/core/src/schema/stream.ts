import type { Schema } from "apache-arrow";
import * as z from "zod";
import type { Description, StreamInfo } from "../contract.js";
import { fieldInfo } from "../table/field.js";
import { digits, nanosSchema, rangeSchema } from "./time.js";

export const kindSchema = z.enum(["series", "events", "frames"]);

/** A column as JSON: its Arrow type as text, and what its metadata says. */
export const fieldSchema = z.object({
  name: z.string(),
  type: z.string(),
  nullable: z.boolean(),
  role: z.string().optional(),
  unit: z.string().optional(),
  label: z.string().optional(),
  description: z.string().optional(),
  scale: z.number().optional(),
  offset: z.number().optional(),
  statistic: z.string().optional(),
  of: z.string().optional(),
  count: z.string().optional(),
  encoding: z.string().optional(),
  at: z.string().optional(),
  width: digits.optional(),
});

/** `Description` as JSON. */
export const descriptionSchema = z.object({
  kind: kindSchema,
  schema: z.array(fieldSchema),
  extent: rangeSchema.nullable().optional(),
  rows: z.number().optional(),
  clock: z.object({ origin: nanosSchema, ticks: digits, per: digits }).optional(),
  accuracy: digits.optional(),
  version: z.string().optional(),
});

/** A stream of a listing as JSON. Metadata keep their bigints as digits. */
export const streamSchema = z.object({
  id: z.string(),
  name: z.string(),
  collection: z.string().optional(),
  kind: kindSchema.optional(),
  metadata: z.record(z.string(), z.json()).optional(),
  known: descriptionSchema.partial().optional(),
});

/** What `--json` prints of a description and the server sends. */
export function descriptionToJson(description: Description): z.input<typeof descriptionSchema> {
  return z.encode(descriptionSchema, { ...description, schema: fieldsOf(description.schema) });
}

/** What `--json` prints of a stream and the server sends. */
export function streamToJson({ id, name, collection, kind, metadata, known }: StreamInfo): z.input<typeof streamSchema> {
  const plain =
    metadata === undefined
      ? undefined
      : JSON.parse(JSON.stringify(metadata, (_key, value) => (typeof value === "bigint" ? String(value) : value)));
  const { schema, ...rest } = known ?? {};
  return z.encode(streamSchema, {
    id,
    name,
    collection,
    kind,
    metadata: plain,
    known: known && { ...rest, ...(schema === undefined ? {} : { schema: fieldsOf(schema) }) },
  });
}

function fieldsOf(schema: Schema): z.output<typeof fieldSchema>[] {
  return schema.fields.map((field) => ({ name: field.name, type: String(field.type), nullable: field.nullable, ...fieldInfo(field) }));
}
