import { sondeError } from "../errors.js";
import type { ByteSource } from "./source.js";

/** A source for tests that fails when told to. */
export interface FaultySource extends ByteSource {
  /** Calls of `size`, `read` and `readInto` so far. */
  readonly calls: number;
  /** How many of them failed on purpose: 0 after a run means that `failAt` lies past its last call. */
  readonly failures: number;
  /** `close()` was called: what a reader that failed must not forget. */
  readonly closed: boolean;
}

/**
 * Fails the `failAt`th call (from 1; `size`, `read` and `readInto` all count), once or from there on for ever.
 *
 * @example
 * ```ts
 * for (let failAt = 1; ; failAt++) {
 *   const source = faulty(fromBytes(file), { failAt });
 *   const outcome = await readAll(source).catch((error: unknown) => error);
 *   if (source.failures === 0) break;
 *   expect(isSondeError(outcome)).toBe(true);
 *   expect(source.closed).toBe(true);
 * }
 * ```
 */
export function faulty(
  source: ByteSource,
  options: { readonly failAt: number; readonly forever?: boolean; readonly error?: unknown },
): FaultySource {
  let calls = 0;
  let failures = 0;
  let closed = false;
  const count = () => {
    calls += 1;
    if (options.forever ? calls < options.failAt : calls !== options.failAt) return;
    failures += 1;
    if (options.error !== undefined) throw options.error;
    throw sondeError("connection", `${source.name}: call ${calls} failed on purpose`, { target: source.name, retryable: true });
  };
  return {
    name: source.name,
    async size(call) {
      count();
      return source.size(call);
    },
    async read(range, call) {
      count();
      return source.read(range, call);
    },
    ...(source.readInto && {
      readInto: async (target, call) => {
        count();
        await source.readInto?.(target, call);
      },
    }),
    close() {
      closed = true;
      return source.close();
    },
    get calls() {
      return calls;
    },
    get failures() {
      return failures;
    },
    get closed() {
      return closed;
    },
  };
}
