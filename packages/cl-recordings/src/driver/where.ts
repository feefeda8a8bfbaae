import type { Json, Metadata } from "@sonde/core/connector";

/**
 * Whether metadata has these values. A path is keys joined by dots ("application.experiment"); attributes of the recording
 * are found without their prefix too ("project_id").
 */
export function where(metadata: Metadata, wanted: { readonly [path: string]: Json } | undefined): boolean {
  if (wanted === undefined) return true;
  const roots = [metadata, metadata.attributes];
  return Object.entries(wanted).every(([path, value]) => roots.some((root) => same(at(root, path.split(".")), value)));
}

function at(value: Json | undefined, keys: readonly string[]): Json | undefined {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  // Arrays are indexed by digits.
  return at((value as { readonly [key: string]: Json })[key], rest);
}

/** Numbers and big integers compare by value; lists and objects member by member. */
function same(a: Json | undefined, b: Json): boolean {
  if (a === undefined) return false;
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) {
    const numbers = (typeof a === "number" || typeof a === "bigint") && (typeof b === "number" || typeof b === "bigint");
    // biome-ignore lint/suspicious/noDoubleEquals: 1n == 1 is the comparison wanted
    return numbers ? a == b : a === b;
  }
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return Array.isArray(a) === Array.isArray(b) && left.length === right.length && right.every(([key, value]) => same(at(a, [key]), value));
}
