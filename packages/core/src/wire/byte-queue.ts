import { cutOff } from "./cut-off.js";

/** Bytes that come in pieces of any size, taken in lengths that one asks for. */
export interface ByteQueue {
  /** The next `length` bytes, in the pieces that they came in: nothing is allocated for what has not come. */
  take(length: number): Promise<Uint8Array[]>;
  close(): Promise<void>;
}

/** Rejects a retryable `connection` where the pieces end too early. */
export function byteQueue(chunks: AsyncIterable<Uint8Array>, what: string): ByteQueue {
  const iterator = chunks[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();
  return {
    async take(length) {
      const pieces: Uint8Array[] = [];
      let missing = length;
      while (missing > 0) {
        if (rest.length === 0) {
          const step = await iterator.next();
          if (step.done) throw cutOff(what);
          rest = step.value;
        }
        const piece = rest.subarray(0, missing);
        pieces.push(piece);
        rest = rest.subarray(piece.length);
        missing -= piece.length;
      }
      return pieces;
    },
    async close() {
      await iterator.return?.();
    },
  };
}
