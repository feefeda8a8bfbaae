import { setOwn } from "../event-model/own.js";

/** BSON's own types say what they are; the driver may be of another copy, so it is not asked by `instanceof`. */
const typeOf = (value: object): unknown => ("_bsontype" in value ? value._bsontype : undefined);

/**
 * What MongoDB stores as documents have it, losing nothing: 64-bit integers as numbers where a number holds them and as bigints elsewhere, decimals as
 * numbers where their digits come back and as text elsewhere, dates as ISO 8601 text (they have milliseconds), ids as text, binary data as bytes.
 */
export function exact(value: unknown): unknown {
  if (typeof value === "bigint") return narrowed(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(exact);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  switch (typeOf(value)) {
    case "Long":
      return narrowed(BigInt(String(value)));
    case "Int32":
    case "Double":
      return Number(value);
    case "Decimal128":
      return decimal(String(value));
    case "ObjectId":
    case "ObjectID":
    case "UUID":
      return String(value);
    case "Binary":
      return "buffer" in value ? exact(value.buffer) : value;
    case undefined: {
      const result: Record<string, unknown> = {};
      for (const [key, item] of Object.entries(value)) setOwn(result, key, exact(item));
      return result;
    }
    // Timestamps, regular expressions, code: never run, shown as text.
    default:
      return String(value);
  }
}

function narrowed(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

function decimal(text: string): number | string {
  const number = Number(text);
  if (!Number.isFinite(number)) return /nan|inf/i.test(text) ? Number(text.replace(/inf(inity)?/i, "Infinity")) : text;
  return digitsOf(String(number)) === digitsOf(text) ? number : text;
}

/** The digits that count, and where the point is: 1.50E+3 and 1500 are one. */
function digitsOf(text: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const all = (whole + fraction).replace(/^0+/, "");
  const digits = all.replace(/0+$/, "");
  if (digits === "") return "0";
  return `${sign === "-" ? "-" : ""}${digits}e${Number(exponent) - fraction.length + all.length - digits.length}`;
}
