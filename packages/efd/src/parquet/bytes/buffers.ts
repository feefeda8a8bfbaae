/** Buffers that are filled again and again: what a read allocates once for each of its columns is not allocated for each of their segments. */
export class Buffers {
  readonly #free: Uint8Array<ArrayBuffer>[] = [];

  /** Of `bytes` or more, with whatever was left in it. */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    const index = this.#free.findIndex((buffer) => buffer.length >= bytes);
    const [found] = index < 0 ? [] : this.#free.splice(index, 1);
    return found ?? new Uint8Array(bytes);
  }

  /** Back, from who will neither read nor write it any more. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    this.#free.push(buffer);
  }
}
