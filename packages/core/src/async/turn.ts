import { raceAbort } from "./race.js";

/** How long decoding may hold the event loop, over all reads together. Below it an abort lands well within 50 ms. */
const SLICE_MILLISECONDS = 8;

let last = performance.now();
let pending: Promise<void> | undefined;

/**
 * Call it between pieces of synchronous work: it gives timers, sockets and aborts a turn when the last one was more than 8 ms ago, by one
 * clock that all reads share, since many short reads starve the loop as surely as a long one. Awaiting `undefined` costs a microtask,
 * so await only what is returned:
 *
 * @example
 * ```ts
 * const wait = turn(signal);
 * if (wait) await wait;
 * ```
 */
export function turn(signal: AbortSignal): Promise<void> | undefined {
  if (signal.aborted) return Promise.reject(signal.reason);
  if (pending === undefined && performance.now() - last < SLICE_MILLISECONDS) return undefined;
  pending ??= new Promise<void>((resolve) => {
    macrotask(() => {
      last = performance.now();
      pending = undefined;
      resolve();
    });
  });
  // A signal that aborts in another task of the same turn rejects too.
  return raceAbort(pending, signal);
}

const macrotask: (task: () => void) => void = bindMacrotask();

/** `setImmediate` in Node, a message to oneself in browsers (timers are clamped to 4 ms there), a timer elsewhere. */
function bindMacrotask(): (task: () => void) => void {
  if (typeof globalThis.setImmediate === "function") {
    const immediate = globalThis.setImmediate;
    return (task) => void immediate(task);
  }
  if (typeof globalThis.MessageChannel === "function") {
    const { port1, port2 } = new MessageChannel();
    const tasks: (() => void)[] = [];
    port1.onmessage = () => tasks.shift()?.();
    return (task) => {
      tasks.push(task);
      port2.postMessage(undefined);
    };
  }
  const { setTimeout } = globalThis;
  return (task) => void setTimeout(task, 0);
}
