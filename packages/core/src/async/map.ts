import { sondeError } from "../errors.js";
import { follow } from "./follow.js";
import { raceAbort } from "./race.js";

type Step<R> = { readonly done: true } | { readonly done: false; readonly value: R };

/**
 * Transforms up to `concurrency` items at a time and yields the results in the order of the items, never more than `concurrency` ahead
 * of what was taken. A failure is thrown in its place, after the results before it. Stopping early (break, error, abort) aborts the
 * signal that the transforms were given and returns the iterator.
 */
export async function* mapConcurrent<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  concurrency: number,
  transform: (item: T, call: { readonly signal: AbortSignal }) => Promise<R>,
  options: { readonly signal: AbortSignal },
): AsyncGenerator<R, void, undefined> {
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw sondeError("options", `mapping needs a whole number of tasks at a time from 1 on, got ${concurrency}`, {});
  }
  options.signal.throwIfAborted();
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const own = follow([options.signal]);
  let ended = false;
  let asking = 0;
  // One `next` at a time: not every iterator stands more.
  let asked: Promise<unknown> = Promise.resolve();

  const next = async (before: Promise<unknown>): Promise<IteratorResult<T>> => {
    await before;
    if (ended) return { done: true, value: undefined };
    asking += 1;
    try {
      const result = await iterator.next();
      if (result.done) ended = true;
      return result;
    } catch (error) {
      ended = true;
      throw error;
    } finally {
      asking -= 1;
    }
  };
  const start = (): Promise<Step<R>> => {
    const item = next(asked);
    asked = item.catch(() => {});
    const step = item.then(async (result): Promise<Step<R>> => {
      if (result.done || own.signal.aborted) return { done: true };
      return { done: false, value: await transform(result.value, { signal: own.signal }) };
    });
    // A later step may fail while an earlier one is waited for: it is told in its turn, or never if nobody comes so far.
    step.catch(() => {});
    return step;
  };

  const steps = Array.from({ length: concurrency }, start);
  try {
    for (;;) {
      const first = steps.shift();
      if (first === undefined) return;
      const step = await raceAbort(first, own.signal);
      if (step.done) return;
      steps.push(start());
      yield step.value;
      options.signal.throwIfAborted();
    }
  } finally {
    const exhausted = ended;
    ended = true;
    own.release();
    own.abort(new DOMException("The result is no longer needed", "AbortError"));
    if (!exhausted) {
      const returned = Promise.resolve(iterator.return?.());
      // An iterator that hangs may never return, and an abort does not wait.
      if (asking > 0 || options.signal.aborted) returned.catch(() => {});
      else await returned;
    }
  }
}
