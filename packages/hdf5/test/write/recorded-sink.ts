import type { ByteSink } from "../../src/write/index.js";

/** One write as the sink got it; `era` counts the flushes of the sink before it. */
export type RecordedWrite = { readonly position: number; readonly bytes: Uint8Array; readonly era: number };

export interface RecordedSink extends ByteSink {
  readonly writes: readonly RecordedWrite[];
}

/** Remembers every write in order, as a disk would see them. */
export function recordedSink(): RecordedSink {
  const writes: RecordedWrite[] = [];
  let era = 0;
  return {
    writes,
    write(position, bytes) {
      writes.push({ position, bytes: bytes.slice(), era });
    },
    flush() {
      era++;
    },
    close() {},
  };
}

/** A disk that takes writes one by one. */
export class Disk {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  write(position: number, bytes: Uint8Array): void {
    const end = position + bytes.length;
    while (end > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, position);
    this.#length = Math.max(this.#length, end);
  }

  copy(): Disk {
    const copy = new Disk();
    copy.write(0, this.bytes());
    return copy;
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}
