import { sondeError } from "@sonde/core/bytes";

/** The body of an answer as pieces of given lengths, each as soon as it is complete. Leaving the loop frees the socket. */
export async function* piecesOf(
  body: ReadableStream<Uint8Array> | null,
  lengths: readonly number[],
  target: string,
): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  let chunk: Uint8Array = new Uint8Array(0);
  try {
    for (const length of lengths) {
      // A piece within one chunk is a view of it.
      if (chunk.length >= length) {
        yield chunk.subarray(0, length);
        chunk = chunk.subarray(length);
        continue;
      }
      const piece = new Uint8Array(length);
      piece.set(chunk);
      for (let filled = chunk.length; filled < length; ) {
        const step = await reader?.read();
        if (step === undefined || step.done) {
          const message = `${target} promised ${length} bytes of a record and sent ${filled}: the connection was cut`;
          throw sondeError("connection", message, { target, retryable: true });
        }
        chunk = step.value;
        const part = chunk.subarray(0, length - filled);
        piece.set(part, filled);
        filled += part.length;
        chunk = chunk.subarray(part.length);
      }
      yield piece;
    }
  } finally {
    reader?.cancel().catch(() => {});
  }
}
