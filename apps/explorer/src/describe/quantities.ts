import { fieldInfo } from "@sonde/core";
import type { Schema } from "@sonde/core/connector";

/** What of a stream can be plotted: columns of numbers that measure something, and what stored statistics are of. */
export function quantitiesOf(schema: Schema): string[] {
  const names = new Set<string>();
  for (const field of schema.fields) {
    const { role, of, statistic } = fieldInfo(field);
    if (of !== undefined && statistic !== undefined) names.add(of);
    else if (field.name !== "time" && (role === undefined || role === "quantity") && isNumber(String(field.type))) names.add(field.name);
  }
  return [...names];
}

/** The column of whole numbers that tells events apart: an electrode, a class. */
export function categoryOf(schema: Schema): string | undefined {
  return schema.fields.find((field) => fieldInfo(field).role === "category" && /^U?[Ii]nt\d/.test(String(field.type)))?.name;
}

/** The column that names images, or other arrays. */
export function arrayFieldOf(schema: Schema): string | undefined {
  return schema.fields.find((field) => fieldInfo(field).role === "array" && /^(Utf8|LargeUtf8|Dictionary)/.test(String(field.type)))?.name;
}

function isNumber(type: string): boolean {
  return /^(Int|Uint|Float)\d/.test(type);
}
