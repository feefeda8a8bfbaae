import type { Many } from "./types.js";

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
