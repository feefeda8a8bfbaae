import type { Json, Metadata } from "@sonde/core/connector";
import { isRecord, recordOf } from "../event-model/own.js";
import { plainOf } from "../write/plain.js";

/** A document as metadata: arrays of NumPy as lists, what has no form in JSON as text. */
export function toMetadata(document: object): Metadata {
  return recordOf(Object.entries(document).map(([key, value]) => [key, toJson(plainOf(value))]));
}

function toJson(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean" || typeof value === "number" || typeof value === "bigint" || typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(toJson);
  return isRecord(value) ? recordOf(Object.entries(value).map(([key, item]) => [key, toJson(item)])) : String(value);
}
