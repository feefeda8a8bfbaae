import type { CallOptions } from "@sonde/hdf5";

/** What a data stream holds, piece by piece; iterating again reads again. */
export interface Lazy<T> extends AsyncIterable<T> {
  /** By position; negative ones count from the end, -1 is the last. Undefined outside. */
  at(position: number, options?: CallOptions): Promise<T | undefined>;
  /** How many there are. */
  count(options?: CallOptions): Promise<number>;
  toArray(options?: CallOptions): Promise<T[]>;
}

export type LazyPlan<T> = {
  count(options: CallOptions): Promise<number>;
  /** Those of positions `start <= position < end`. */
  read(start: number, end: number, options: CallOptions): AsyncIterable<T>;
  readonly signal: AbortSignal | undefined;
};

export function lazy<T>(plan: LazyPlan<T>): Lazy<T> {
  const signalOf = (options: CallOptions | undefined) => ({ signal: options?.signal ?? plan.signal });
  async function* read(options?: CallOptions): AsyncGenerator<T, void, undefined> {
    yield* plan.read(0, await plan.count(signalOf(options)), signalOf(options));
  }
  return {
    [Symbol.asyncIterator]: () => read(),
    async at(position, options) {
      const count = await plan.count(signalOf(options));
      const index = position < 0 ? count + position : position;
      if (!Number.isInteger(index) || index < 0 || index >= count) return undefined;
      for await (const item of plan.read(index, index + 1, signalOf(options))) return item;
      return undefined;
    },
    count: (options) => plan.count(signalOf(options)),
    async toArray(options) {
      const items: T[] = [];
      for await (const item of read(options)) items.push(item);
      return items;
    },
  };
}
