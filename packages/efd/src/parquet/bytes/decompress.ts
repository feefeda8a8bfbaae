import { sondeError } from "@sonde/core/bytes";
import { damaged, guarded, type Place, unsupported } from "../damage.js";
import { lz4HadoopInto, lz4Into } from "./lz4.js";
import { snappyInto } from "./snappy.js";

/** Fills `output` exactly, or gives false; may throw anything. */
export type Decompress = (input: Uint8Array, output: Uint8Array) => boolean;

/** By Parquet's names of codecs (Compression.md). */
const ownCodecs: ReadonlyMap<string, Decompress> = new Map<string, Decompress>([
  ["SNAPPY", snappyInto],
  ["LZ4_RAW", lz4Into],
  ["LZ4", lz4HadoopInto],
]);
/** In a library that is larger than all the rest, so it comes when a file needs it. */
const loadedCodecs: ReadonlySet<string> = new Set(["GZIP", "ZSTD", "BROTLI"]);
let library: ReadonlyMap<string, Decompress> | undefined;

/** Call it before {@link decompressInto}: loads what these codecs need; undefined where all is here. Rejects `connection`. */
export function loadCodecs(codecs: Iterable<string>): Promise<void> | undefined {
  if (library !== undefined || ![...codecs].some((codec) => loadedCodecs.has(codec))) return undefined;
  return load();
}

async function load(): Promise<void> {
  try {
    library = (await import("./library-codecs.js")).libraryCodecs;
  } catch (cause) {
    throw sondeError("connection", "what decompresses GZIP, Brotli and Zstandard can't be loaded: check the connection, try again", {
      target: "hyparquet-compressors",
      retryable: true,
      cause,
    });
  }
}

/** Refuses what is not read here, before anything is fetched. */
export function checkCodec(codec: string, place: Place): void {
  if (codec === "UNCOMPRESSED" || ownCodecs.has(codec) || loadedCodecs.has(codec)) return;
  throw unsupported(place, `compression by ${codec}`, "write the file with Snappy or Zstandard");
}

/** Decompresses `input` into the whole of `output`. Rejects `format` where it gives another number of bytes. */
export function decompressInto(codec: string, input: Uint8Array, output: Uint8Array, place: Place): void {
  // An empty page may be stored as nothing at all.
  if (output.length === 0) return;
  checkCodec(codec, place);
  const decompress = ownCodecs.get(codec) ?? library?.get(codec);
  // A caller that did not load it.
  if (decompress === undefined) throw unsupported(place, `compression by ${codec}, before it is loaded,`, "load it first");
  if (guarded(place, `a page compressed by ${codec}`, () => decompress(input, output))) return;
  throw damaged(place, `a page compressed by ${codec} does not give its ${output.length} bytes`);
}
