import { expect } from "vitest";
import { type ByteSource, isSondeError, type SondeErrorCode, type SondeErrorDetails } from "../../src/bytes/index.js";

/** A signal that never aborts, as a call's option. */
export const live = { signal: new AbortController().signal };

/** Bytes in which every place can be told from the others nearby. */
export function pattern(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8) * 7 + (index >> 16)) & 255);
}

/** As `toEqual`, at the speed of a comparison of memory. */
export function expectBytes(actual: Uint8Array, expected: Uint8Array): void {
  if (Buffer.compare(actual, expected) !== 0) expect(actual).toEqual(expected);
}

export async function readAll(source: ByteSource): Promise<Uint8Array> {
  return source.read({ start: 0, end: await source.size(live) }, live);
}

/** What a promise rejects with, which must be an error of this code. */
export async function failureOf<Code extends SondeErrorCode>(
  promise: Promise<unknown>,
  code: Code,
): Promise<Error & SondeErrorDetails[Code]> {
  const error = await promise.then(
    (value) => expect.unreachable(`no failure but ${String(value)}`),
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code });
  expect(isSondeError(error)).toBe(true);
  // Checked in the line above.
  return error as Error & SondeErrorDetails[Code];
}

/** Resolves with the milliseconds until the promise settled. */
export async function millisecondsOf(promise: Promise<unknown>): Promise<number> {
  const started = performance.now();
  await promise.catch(() => {});
  return performance.now() - started;
}
