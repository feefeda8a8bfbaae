import { decompressBrotli, decompressZstd, gunzip } from "hyparquet-compressors";
import { damaged, guarded, type Place, unsupported } from "../damage.js";
import { crc32 } from "./crc32.js";
import { lz4HadoopInto, lz4Into } from "./lz4.js";
import { snappyInto } from "./snappy.js";

/** Fills `output` exactly, or gives false; may throw anything. */
type Decompress = (input: Uint8Array, output: Uint8Array) => boolean;

/** By Parquet's names of codecs (Compression.md). */
const codecs: ReadonlyMap<string, Decompress> = new Map<string, Decompress>([
  ["SNAPPY", snappyInto],
  ["LZ4_RAW", lz4Into],
  ["LZ4", lz4HadoopInto],
  ["GZIP", gzipInto],
  ["ZSTD", zstdInto],
  [
    "BROTLI",
    (input, output) => {
      const made = decompressBrotli(input, output.length);
      if (made.length !== output.length) return false;
      output.set(made);
      return true;
    },
  ],
]);

/** Refuses what is not read here, before anything is fetched. */
export function checkCodec(codec: string, place: Place): void {
  if (codec === "UNCOMPRESSED" || codecs.has(codec)) return;
  throw unsupported(place, `compression by ${codec}`, "write the file with Snappy or Zstandard");
}

/** Decompresses `input` into the whole of `output`. Rejects `format` where it gives another number of bytes. */
export function decompressInto(codec: string, input: Uint8Array, output: Uint8Array, place: Place): void {
  // An empty page may be stored as nothing at all.
  if (output.length === 0) return;
  const decompress = codecs.get(codec);
  if (decompress === undefined) return checkCodec(codec, place);
  if (guarded(place, `a page compressed by ${codec}`, () => decompress(input, output))) return;
  throw damaged(place, `a page compressed by ${codec} does not give its ${output.length} bytes`);
}

/** Members of RFC 1952, one after another. */
function gzipInto(input: Uint8Array, output: Uint8Array): boolean {
  if (input.length < 18 || input[0] !== 31 || input[1] !== 139) return false;
  const trailer = new DataView(input.buffer, input.byteOffset + input.length - 8, 8);
  if (!reachesEnd(output, output.length, () => gunzip(input, output))) return false;
  // Of several members the trailer is the last one's, which tells nothing of the whole.
  return trailer.getUint32(4, true) !== output.length || trailer.getUint32(0, true) === crc32(output);
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
