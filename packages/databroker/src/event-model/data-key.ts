import * as z from "zod";

/** Low and high of one kind of limit; null where the device has none. */
const interval = z.looseObject({ low: z.number().nullish(), high: z.number().nullish() }).nullish();

const limits = z.looseObject({
  control: interval,
  display: interval,
  warning: interval,
  alarm: interval,
  hysteresis: z.number().nullish(),
  rds: z.looseObject({ time_difference: z.number(), value_difference: z.number() }).nullish(),
});

/** NumPy's array interface, `typestr`: byte order, kind, bytes of one element. */
const typeString = z.string().regex(/^[|<>][tbiufcmMOSUV][0-9]+(\[[^\]]*\])?$/);

/** What a descriptor says of one column. */
export const dataKey = z.looseObject({
  dtype: z.enum(["string", "number", "array", "boolean", "integer"]),
  /** Empty for a scalar; null where a side varies. Detectors were known to lie: trust the data. */
  shape: z.array(z.int().nullable()),
  source: z.string(),
  /** `FILESTORE:` data are named by a datum id, `STREAM:` data are in no event at all. */
  external: z.string().nullish(),
  units: z.string().nullish(),
  precision: z.int().nullish(),
  dims: z.array(z.string()).optional(),
  object_name: z.string().optional(),
  choices: z.array(z.string()).optional(),
  dtype_numpy: z.union([typeString, z.array(z.unknown())]).optional(),
  limits: limits.nullish(),
});
export type DataKey = Readonly<z.infer<typeof dataKey>>;

/** Whether the data of a key lie outside of the events: named there by a datum id, or left out. */
export function externalKind(key: DataKey): "datum" | "stream" | undefined {
  if (typeof key.external !== "string") return undefined;
  return key.external.startsWith("STREAM:") ? "stream" : "datum";
}
