/** What a driver did with a signal that it was given. */
export interface SignalRecord {
  readonly signal: AbortSignal;
  /** "aborted", "reason", "throwIfAborted", "addEventListener" or "onabort", in order. */
  readonly touches: readonly string[];
}

/**
 * Instruments a real AbortSignal by own properties over the prototype's: `fetch` and `AbortSignal.any` still take it, and
 * every look at it is seen. This is how one sees that a driver passed a call's signal on.
 *
 * @example
 * ```ts
 * const { signal, touches } = recordSignal(new AbortController().signal);
 * await stream.describe({ signal, onProgress() {} });
 * touches.length > 0;
 * ```
 */
export function recordSignal(signal: AbortSignal): SignalRecord {
  const touches: string[] = [];
  const prototype = AbortSignal.prototype;
  for (const name of ["aborted", "reason", "onabort"] as const) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
    Object.defineProperty(signal, name, {
      configurable: true,
      get() {
        touches.push(name);
        return descriptor?.get?.call(signal);
      },
      set(value: unknown) {
        touches.push(name);
        descriptor?.set?.call(signal, value);
      },
    });
  }
  for (const name of ["throwIfAborted", "addEventListener"] as const) {
    const original: (...args: never[]) => unknown = prototype[name];
    Object.defineProperty(signal, name, {
      configurable: true,
      value(...args: never[]) {
        touches.push(name);
        return original.apply(signal, args);
      },
    });
  }
  return { signal, touches };
}
