import { isTypedArray, type TypedArray } from "@sonde/core/connector";

const longest = 200;

/** A value on one line, as one would write it in TypeScript; long texts, lists and deep nesting are cut with "…". */
export function printValue(value: unknown, depth = 0): string {
  if (typeof value === "string") return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if (depth > 6) return "…";
  if (isTypedArray(value)) return printBinary(value);
  if (Array.isArray(value)) return `[${printItems(value, (item) => printValue(item, depth + 1))}]`;
  if (value instanceof Map) {
    return `Map { ${printItems([...value], ([key, item]) => `${printValue(key, depth + 1)} => ${printValue(item, depth + 1)}`)} }`;
  }
  if (value instanceof Set) return `Set { ${printItems([...value], (item) => printValue(item, depth + 1))} }`;
  if ("kind" in value && value.kind === "blocked" && "reason" in value) return `<${String(value.reason)}>`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return String(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return "{}";
  return `{ ${printItems(entries, ([key, item]) => `${printKey(key)}: ${printValue(item, depth + 1)}`)} }`;
}

/** A key, in quotes where it must be. */
export const printKey = (key: string): string => (/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? key : JSON.stringify(key));

function printItems<T>(items: readonly T[], print: (item: T) => string): string {
  const shown = items.slice(0, 20).map(print);
  if (items.length > shown.length) shown.push(`… ${items.length - shown.length} more`);
  return shown.join(", ");
}

function printBinary(array: TypedArray): string {
  const items: readonly (number | bigint)[] = Array.from<number | bigint>(array);
  return `${array.constructor.name}(${array.length}) [${printItems(items, String)}]`;
}
