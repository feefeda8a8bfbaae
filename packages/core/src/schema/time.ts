import * as z from "zod";
import { toNanos } from "../time/instant.js";
import { toSpan } from "../time/span.js";

/** What JSON holds of a bigint: its digits, since a JSON number loses them beyond 2^53. */
export const digits = z.codec(z.string().regex(/^-?\d{1,20}$/, 'expected an integer as text, such as "1500000000000000001"'), z.bigint(), {
  decode: (text) => BigInt(text),
  encode: (value) => String(value),
});

/** Nanoseconds since the Unix epoch, UTC, as digits. */
export const nanosSchema = digits.describe("nanoseconds since 1970-01-01T00:00:00Z, as digits");

/** An instant as a person writes it: RFC 3339, digits, `now-5m`. */
export const instantSchema = z.codec(z.string().min(1), z.bigint(), {
  decode: (text, context) => parsed(() => toNanos(text), text, context),
  encode: (value) => String(value),
});

/** A length of time as a person writes it: `5s`, `1.5ms`, or digits for nanoseconds. */
export const spanSchema = z.codec(z.string().min(1), z.bigint(), {
  decode: (text, context) => parsed(() => (/^\d+$/.test(text) ? BigInt(text) : toSpan(text)), text, context),
  encode: (value) => String(value),
});

/** Half open: `start <= time < end`. */
export const rangeSchema = z.object({ start: nanosSchema, end: nanosSchema }).describe("half open: start <= time < end");

function parsed(parse: () => bigint, input: string, context: z.core.ParsePayload): bigint {
  try {
    return parse();
  } catch (error) {
    context.issues.push({ code: "custom", input, message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
}
