import type { Json } from "../contract.js";

/** The one key that marks an exact integer; data that has it, or it after further signs, gets one more sign in front. */
const mark = "$int";

/** A value as JSON text that {@link fromWireJson} gives back equal, bigints too: `{"$int":"9007199254740993"}`. */
export function toWireJson(value: unknown): string {
  return JSON.stringify(tagged(value));
}

/** The value of {@link toWireJson}'s text. A key such as `__proto__` stays data. */
export function fromWireJson(text: string): Json {
  return JSON.parse(text, (_key, value: Json) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const entries = Object.entries(value);
    const [first] = entries;
    if (entries.length === 1 && first?.[0] === mark && typeof first[1] === "string" && /^-?\d{1,40}$/.test(first[1])) {
      return BigInt(first[1]);
    }
    if (!entries.some(([key]) => escaped.test(key))) return value;
    return Object.fromEntries(entries.map(([key, item]) => [escaped.test(key) ? key.slice(1) : key, item]));
  });
}

const escaped = /^\$\$+int$/;
const marked = /^\$+int$/;

function tagged(value: unknown): unknown {
  if (typeof value === "bigint") return { [mark]: String(value) };
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(tagged);
  // fromEntries defines its properties, so that `__proto__` is a key like another.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [marked.test(key) ? `$${key}` : key, tagged(item)]));
}
