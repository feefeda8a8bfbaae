import { toSpan } from "../time/span.js";
import type { Span } from "../time/types.js";
import { onAbort } from "./on-abort.js";

/** Timers take 32 bits of milliseconds: 24.8 days. */
const LONGEST = 2 ** 31 - 1;

/** Nanoseconds as what a timer takes, rounded up so that a wait is never shorter than asked. */
export function timerMilliseconds(nanoseconds: bigint): number {
  const milliseconds = (nanoseconds + 999_999n) / 1_000_000n;
  return milliseconds > LONGEST ? LONGEST : Math.max(0, Number(milliseconds));
}

/** Waits `duration` ("200ms", or nanoseconds), at most 24 days; rejects with the signal's reason as soon as it aborts, leaving no timer. */
export function delay(duration: Span, { signal }: { readonly signal: AbortSignal }): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => {
        stop();
        resolve();
      },
      timerMilliseconds(toSpan(duration)),
    );
    const stop = onAbort(signal, (reason) => {
      clearTimeout(timer);
      reject(reason);
    });
  });
}
