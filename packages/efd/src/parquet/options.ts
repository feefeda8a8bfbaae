import type { BytesInput, LimitOptions } from "@sonde/core/bytes";
import * as z from "zod";

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Whatever core's `openBytes` takes. */
const input = z.custom<BytesInput>(
  (value) =>
    (typeof value === "string" && value !== "") ||
    value instanceof URL ||
    value instanceof Blob ||
    value instanceof Uint8Array ||
    value instanceof ArrayBuffer ||
    (isObject(value) && "read" in value && typeof value.read === "function" && "size" in value && typeof value.size === "function"),
  { message: "a path, a URL, a File, bytes or a byte source" },
);
const limit = z.number().min(0).optional();

export const parquetOptions = z.strictObject({
  path: input.describe("A Parquet file: its path or URL, a File, bytes or a byte source"),
  timeColumn: z
    .string()
    .min(1)
    .optional()
    .describe(
      "The column that rows are placed by, of timestamps or seconds; else `time`, `private_efdStamp`, `timestamp`, or the first of timestamps",
    ),
  timeScale: z.enum(["utc", "tai"]).optional().describe("The clock of that column; else by its name"),
  int96: z
    .enum(["nanosecond", "microsecond"])
    .default("nanosecond")
    .describe("The unit of 96-bit times: 64 bits of nanoseconds end in 2262"),
  limits: z
    .custom<LimitOptions>((value) => z.record(z.string(), limit).safeParse(value).success)
    .optional()
    .describe("What the file may ask for: maxBytes at once, maxElements, …"),
});
export type ParquetSourceOptions = z.infer<typeof parquetOptions>;
/** As a user writes them. */
export type ParquetSourceInput = z.input<typeof parquetOptions>;
