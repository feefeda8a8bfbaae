import { onAbort } from "./on-abort.js";

/**
 * The promise's outcome, or `signal.reason` as soon as the signal aborts, for work that can't be stopped itself.
 * What the promise does after that is ignored and is never an unhandled rejection.
 */
export function raceAbort<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = onAbort(signal, reject);
    promise.then(
      (value) => {
        stop();
        resolve(value);
      },
      (error) => {
        stop();
        reject(error);
      },
    );
  });
}
