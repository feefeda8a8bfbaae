/**
 * A decoded value of JavaScript's own kinds, as text formats write them: arrays with a shape (such as NumPy's, by their
 * `toNested`) become arrays in arrays.
 */
export function plainOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(plainOf);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [plainOf(key), plainOf(item)]));
  if ("toNested" in value && typeof value.toNested === "function") return plainOf(value.toNested());
  // fromEntries keeps a key called `__proto__` as data.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainOf(item)]));
}
