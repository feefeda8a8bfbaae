import { type ByteSource, raceAbort } from "@sonde/core/bytes";

/** Two integers, `state` and `length`, before the data: see `worker/readers.js`. */
const header = 16;
/** The worker asks for whole blocks of 256 KiB, four at once at most. */
const dataBytes = 1 << 20;

/**
 * Lets the worker read an asynchronous source synchronously: it says what it wants, sleeps on shared memory,
 * and wakes when the bytes, or the failure, are there.
 */
export class SharedSource {
  readonly memory = new SharedArrayBuffer(header + dataBytes);
  readonly #state = new Int32Array(this.memory, 0, 2);
  readonly #data = new Uint8Array(this.memory, header);
  readonly #source: ByteSource;
  #failure: unknown;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Never rejects: a failure wakes the worker too, which then fails. So does an abort, even where the source does not listen to it. */
  async serve(position: number, length: number, signal: AbortSignal): Promise<void> {
    let count = -1;
    try {
      const bytes = await raceAbort(this.#source.read({ start: position, end: position + length }, { signal }), signal);
      if (bytes.length !== length) throw new Error(`the source gave ${bytes.length} bytes of ${length}`);
      this.#data.set(bytes);
      count = length;
    } catch (error) {
      this.#failure = error ?? new Error("the source failed without a reason");
    }
    Atomics.store(this.#state, 1, count);
    Atomics.store(this.#state, 0, 0);
    Atomics.notify(this.#state, 0);
  }

  /** The last failure as it was thrown, richer than what crosses from the worker; once. */
  takeFailure(): unknown {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }
}
