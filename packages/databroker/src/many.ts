import type { CallOptions, Many } from "@sonde/core";

/** A list that asks anew each time it is iterated. */
export function many<T>(iterate: () => AsyncIterator<T>): Many<T> {
  const iterable: AsyncIterable<T> = { [Symbol.asyncIterator]: iterate };
  return {
    ...iterable,
    async toArray() {
      const items: T[] = [];
      for await (const item of iterable) items.push(item);
      return items;
    },
    async first() {
      for await (const item of iterable) return item;
      return undefined;
    },
  };
}

/** The caller's signal, or one that never aborts. */
export function waiting(options: CallOptions | undefined): { readonly signal: AbortSignal } {
  return { signal: options?.signal ?? new AbortController().signal };
}

const inspect = Symbol.for("nodejs.util.inspect.custom");

/** Gives an object a printed form of its own, for `console.log` and as text, hidden from enumeration. */
export function inspectable<T extends object>(object: T, text: () => string): T {
  for (const key of [inspect, "toString"]) Object.defineProperty(object, key, { value: text, enumerable: false });
  return object;
}
