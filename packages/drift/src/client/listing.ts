/** A list that comes piece by piece; iterating again asks again. */
export interface Listing<T> extends AsyncIterable<T> {
  toArray(): Promise<T[]>;
  first(): Promise<T | undefined>;
}

export function listing<T>(iterate: () => AsyncIterator<T>): Listing<T> {
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
