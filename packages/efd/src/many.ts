/** A list that comes piece by piece; iterating again asks again. */
export interface Many<T> extends AsyncIterable<T> {
  toArray(): Promise<T[]>;
  /** Stops asking as soon as it has one. */
  first(): Promise<T | undefined>;
}

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
