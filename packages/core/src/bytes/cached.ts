import { type Shared, share } from "../async/shared.js";
import { sondeError } from "../errors.js";
import { createBlockStore } from "./block-store.js";
import { closedError, rangeLength } from "./range.js";
import type { ByteSource } from "./source.js";

export type CacheOptions = {
  /** Reads are made in blocks of so many bytes, aligned to multiples of it. Default 64 KiB. */
  readonly blockBytes?: number | undefined;
  /** Kept at most, least recently used first to go. Reads of more than half of it pass the cache by. Default 16 MiB. */
  readonly maxBytes?: number | undefined;
};

/** Neighbouring blocks that come in one read of the source, `first` to `last` inclusive. */
type Run = { readonly first: number; readonly last: number; readonly work: Shared<Uint8Array> };

/**
 * The same source with its blocks kept. Missing neighbours, of all reads made in the same step, come in one read; a block on its way
 * is not asked for twice, and its read goes on as long as one who waits for it does. Failures are not kept. The arrays may be views
 * of the kept blocks.
 */
export function cached(source: ByteSource, options: CacheOptions = {}): ByteSource {
  const { blockBytes = 64 * 1024, maxBytes = 16 * 2 ** 20 } = options;
  if (!(Number.isSafeInteger(blockBytes) && blockBytes > 0 && maxBytes >= 0)) {
    throw sondeError("options", `a cache needs blockBytes from 1 and maxBytes from 0 on, got ${blockBytes} and ${maxBytes}`, {});
  }
  const store = createBlockStore(maxBytes);
  const longestRun = Math.max(1, Math.floor(maxBytes / 2 / blockBytes));
  const flights = new Map<number, Run>();
  let closed = false;
  let size: Shared<number> | undefined;
  /** Blocks missed in this step; `departure` resolves when their runs are under way. */
  const missed = new Set<number>();
  let departure: Promise<void> | undefined;

  const sizeOf = async (signal: AbortSignal): Promise<number> => {
    if (closed) throw closedError(source.name);
    if (size === undefined || size.abandoned) size = share((own) => source.size(own));
    const joined = size;
    try {
      return await joined.join({ signal });
    } catch (error) {
      if (size === joined) size = undefined;
      throw error;
    }
  };

  const depart = (total: number) => {
    departure = undefined;
    const indexes = [...missed].sort((a, b) => a - b);
    missed.clear();
    for (let from = 0, to: number; from < indexes.length; from = to) {
      const first = indexes[from] ?? 0;
      for (to = from + 1; to < indexes.length && to - from < longestRun && indexes[to] === first + to - from; ) to += 1;
      const last = first + to - from - 1;
      const range = { start: first * blockBytes, end: Math.min((last + 1) * blockBytes, total) };
      const run: Run = { first, last, work: share((own) => source.read(range, own)) };
      for (let index = first; index <= last; index++) flights.set(index, run);
    }
  };

  /** Takes a run off the list once, keeping its blocks if it brought them. */
  const land = (run: Run, bytes?: Uint8Array) => {
    for (let index = run.first; index <= run.last; index++) {
      if (flights.get(index) !== run) continue;
      flights.delete(index);
      if (bytes && !closed) store.keep(index, run.first === run.last ? bytes : blockOf(run, bytes, index).slice());
    }
  };

  const blockOf = (run: Run, bytes: Uint8Array, index: number) => {
    const start = (index - run.first) * blockBytes;
    return bytes.subarray(start, start + blockBytes);
  };

  const join = async (run: Run, signal: AbortSignal): Promise<readonly [Run, Uint8Array]> => {
    try {
      const bytes = await run.work.join({ signal });
      land(run, bytes);
      return [run, bytes];
    } catch (error) {
      if (run.work.abandoned || !signal.aborted) land(run);
      throw error;
    }
  };

  /** Every block from `first` to `last`, kept or fetched. */
  const blocksOf = async (first: number, last: number, total: number, signal: AbortSignal) => {
    const found = new Map<number, Uint8Array>();
    while (found.size <= last - first) {
      const runs = new Set<Run>();
      const absent: number[] = [];
      for (let index = first; index <= last; index++) {
        const block = found.get(index) ?? store.take(index);
        const run = flights.get(index);
        if (block) found.set(index, block);
        else if (run && !run.work.abandoned) runs.add(run);
        else absent.push(index);
      }
      for (const index of absent) missed.add(index);
      if (absent.length > 0) await (departure ??= Promise.resolve().then(() => depart(total)));
      for (const index of absent) {
        const run = flights.get(index);
        if (run) runs.add(run);
      }
      for (const [run, bytes] of await Promise.all([...runs].map((run) => join(run, signal)))) {
        for (let index = Math.max(first, run.first); index <= Math.min(last, run.last); index++)
          found.set(index, blockOf(run, bytes, index));
      }
    }
    return found;
  };

  return {
    name: source.name,
    size: ({ signal }) => sizeOf(signal),
    async read(range, { signal }) {
      signal.throwIfAborted();
      const total = await sizeOf(signal);
      const length = rangeLength(range, total, source.name);
      if (length === 0 || length > maxBytes / 2) return source.read(range, { signal });
      const first = Math.floor(range.start / blockBytes);
      const last = Math.floor((range.end - 1) / blockBytes);
      const blocks = await blocksOf(first, last, total, signal);
      if (closed) throw closedError(source.name);
      return cut(blocks, first, last, range.start - first * blockBytes, length);
    },
    async close() {
      closed = true;
      store.clear();
      await source.close();
    },
  };
}

/** `length` bytes from `offset` of the first block on. */
function cut(blocks: ReadonlyMap<number, Uint8Array>, first: number, last: number, offset: number, length: number): Uint8Array {
  const single = blocks.get(first);
  if (first === last && single) return single.subarray(offset, offset + length);
  const bytes = new Uint8Array(length);
  for (let index = first, at = 0; index <= last; index++) {
    const block = blocks.get(index)?.subarray(index === first ? offset : 0);
    if (block === undefined) break;
    bytes.set(block.subarray(0, length - at), at);
    at += block.length;
  }
  return bytes;
}
