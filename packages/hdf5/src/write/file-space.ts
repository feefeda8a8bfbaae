import { rounded } from "./encoder.js";
import type { ByteSink } from "./sink.js";

/** A small write over bytes that readers already see. It never crosses a sector, so it happens whole or not at all. */
export type Patch = { readonly position: number; readonly bytes: Uint8Array };

/** The unit that a disk writes whole. */
const sector = 512;

export const withinOneSector = (position: number, length: number): boolean =>
  Math.floor(position / sector) === Math.floor((position + length - 1) / sector);

/** The file as space to allocate, and its sink as an ordered queue of writes. Space is only ever taken at the end, never given back. */
export class FileSpace {
  readonly #sink: ByteSink;
  #end: number;
  #written = 0;
  #pending: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  /** `start`: what lies before it is not allocated here. */
  constructor(sink: ByteSink, start: number) {
    this.#sink = sink;
    this.#end = start;
  }

  /** End of what is allocated: the file's end-of-file address once it is flushed. */
  get end(): number {
    return this.#end;
  }

  allocate(size: number, alignment = 8): number {
    const address = rounded(this.#end, alignment);
    this.#end = address + size;
    return address;
  }

  /** Queues a write. True: the sink is done with `bytes`. False: they must not change any more. */
  write(position: number, bytes: Uint8Array): boolean {
    this.check();
    if (bytes.length === 0) return true;
    this.#written = Math.max(this.#written, position + bytes.length);
    if (this.#pending === undefined) {
      try {
        const result = this.#sink.write(position, bytes);
        if (result === undefined) return true;
        this.#queue(result);
      } catch (error) {
        this.#failure = { error };
        throw error;
      }
    } else {
      this.#queue(this.#pending.then(() => (this.#failure === undefined ? this.#sink.write(position, bytes) : undefined)));
    }
    return false;
  }

  /** Makes the file as long as what is allocated: HDF5 takes a file that ends before its end-of-file address for truncated. */
  extend(): void {
    if (this.#written < this.#end) this.write(this.#end - 1, new Uint8Array(1));
  }

  /** Resolves once every write queued so far is with the sink, failed or not; undefined if that is so now. */
  get drained(): Promise<void> | undefined {
    return this.#pending;
  }

  /** Writes before it reach the sink's store before any write after it. */
  async barrier(): Promise<void> {
    await this.#pending;
    this.check();
    try {
      await this.#sink.flush?.();
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#pending;
    await this.#sink.close();
  }

  /** Throws the sink's first failure. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #queue(work: Promise<void>): void {
    const pending: Promise<void> = work
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        if (this.#pending === pending) this.#pending = undefined;
      });
    this.#pending = pending;
  }
}
