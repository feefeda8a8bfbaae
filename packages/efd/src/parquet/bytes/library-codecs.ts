import { decompressBrotli, decompressZstd, gunzip } from "hyparquet-compressors";
import { crc32 } from "./crc32.js";
import type { Decompress } from "./decompress.js";

/** Members of RFC 1952, one after another; the trailer of the last tells its length and checksum. */
function gzipInto(input: Uint8Array, output: Uint8Array): boolean {
  if (input.length < 18 || input[0] !== 31 || input[1] !== 139) return false;
  const made = exactly(output.length, (buffer) => gunzip(input, buffer));
  if (made === undefined) return false;
  const trailer = new DataView(input.buffer, input.byteOffset + input.length - 8, 8);
  const size = trailer.getUint32(4, true);
  if (size > made.length || crc32(made.subarray(made.length - size)) !== trailer.getUint32(0, true)) return false;
  output.set(made);
  return true;
}

/**
 * The library leaves zeros where it is given too little room, or has too little to give: so an output that ends in zero is made again with
 * room behind it, where what does not belong there shows.
 */
function brotliInto(input: Uint8Array, output: Uint8Array): boolean {
  const { length } = output;
  output.set(decompressBrotli(input, length));
  if (output[length - 1] !== 0) return true;
  const roomy = decompressBrotli(input, length * 2 + 64);
  return roomy.subarray(length).every((byte) => byte === 0) && roomy.subarray(0, length).every((byte, index) => byte === output[index]);
}

/** What a block of Zstandard holds at most (RFC 8878, 3.1.1.2.3). */
const ZSTD_BLOCK = 2 ** 17;

/**
 * Into a buffer of ours, so that what a frame says of its window allocates nothing; one block longer, for the library keeps a block's
 * literals behind its output.
 */
function zstdInto(input: Uint8Array, output: Uint8Array): boolean {
  const scratch = new Uint8Array(output.length + ZSTD_BLOCK);
  // It compares the buffer with a number, which would print every byte of it.
  Object.defineProperty(scratch, Symbol.toPrimitive, { value: () => Number.NaN });
  if (!reachesEnd(scratch, output.length, () => decompressZstd(input, scratch))) return false;
  output.set(scratch.subarray(0, output.length));
  return true;
}

/** Whether `work` writes the last byte before `end`: libraries that are given a buffer do not say how far they came. */
function reachesEnd(output: Uint8Array, end: number, work: () => void): boolean {
  for (const mark of [0xa5, 0x5a]) {
    output[end - 1] = mark;
    work();
    if (output[end - 1] !== mark) return true;
  }
  return false;
}

/** What `work` writes from the buffer's start on, if it is `length` bytes: the byte behind them tells whether it is more. */
function exactly(length: number, work: (buffer: Uint8Array) => void): Uint8Array | undefined {
  const buffer = new Uint8Array(length + 1);
  const behind = 0xa5;
  const whole = reachesEnd(buffer, length, () => {
    buffer[length] = behind;
    work(buffer);
  });
  return whole && buffer[length] === behind ? buffer.subarray(0, length) : undefined;
}

/** What {@link loadCodecs} loads. */
export const libraryCodecs: ReadonlyMap<string, Decompress> = new Map<string, Decompress>([
  ["GZIP", gzipInto],
  ["ZSTD", zstdInto],
  ["BROTLI", brotliInto],
]);
