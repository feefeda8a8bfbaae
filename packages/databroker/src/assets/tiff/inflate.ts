import { raceAbort, sondeError } from "@sonde/core/bytes";

/**
 * Deflate with zlib's header, by the platform: at most `length` bytes are taken, so that a piece that unpacks to more than it may costs
 * nothing, and what follows the data (some writers fill up their pieces) does not matter. Fewer come where the piece is cut short.
 */
export async function inflate(input: Uint8Array, length: number, name: string, signal: AbortSignal): Promise<Uint8Array> {
  const output = new Uint8Array(length);
  let written = 0;
  // A source of plain bytes: what is read from files is no shared memory.
  const piece = new Blob([input as Uint8Array<ArrayBuffer>]);
  const reader = piece.stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  try {
    while (written < length) {
      const { done, value } = await raceAbort(reader.read(), signal);
      if (done) break;
      output.set(value.subarray(0, length - written), written);
      written = Math.min(length, written + value.length);
    }
    return output.subarray(0, written);
  } catch (cause) {
    signal.throwIfAborted();
    // What comes after the end of the data is an error to the platform only.
    if (written === length) return output;
    throw sondeError("format", `${name}: a deflated piece can't be unpacked: the file is damaged`, { key: name, cause });
  } finally {
    reader.cancel().catch(() => {});
  }
}
