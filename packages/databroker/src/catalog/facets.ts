import { isRecord, ownValue } from "../event-model/own.js";
import type { Facet } from "./types.js";

/** Counts values; equal ones by their text and type. */
export class FacetCounter {
  readonly #counts = new Map<string, { readonly value: unknown; count: number }>();

  add(value: unknown): void {
    const key = `${typeof value} ${keyText(value)}`;
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { value, count: 1 });
    else known.count++;
  }

  /** Most frequent first; equals in order of appearance. */
  done(): readonly Facet[] {
    return [...this.#counts.values()].sort((a, b) => b.count - a.count).map(({ value, count }) => ({ value, count }));
  }
}

function keyText(value: unknown): string {
  return typeof value === "object"
    ? JSON.stringify(value, (_key, item) => (typeof item === "bigint" ? String(item) : item))
    : String(value);
}

/** The value of a dotted path ("sample.name") of own keys; undefined where there is none. */
export function valueAt(document: object, path: string): unknown {
  let value: unknown = document;
  for (const key of path.split(".")) {
    if (!isRecord(value)) return undefined;
    value = ownValue(value, key);
  }
  return value;
}

/** The dotted paths of a document's values, lists not entered. */
export function* pathsOf(document: object, before = "", depth = 0): Generator<string, void, undefined> {
  for (const [key, value] of Object.entries(document)) {
    const path = before === "" ? key : `${before}.${key}`;
    if (isRecord(value) && Object.keys(value).length > 0 && depth < 32) yield* pathsOf(value, path, depth + 1);
    else yield path;
  }
}
