import type { ByteSource } from "@sonde/core/bytes";
import { sondeError } from "@sonde/core/bytes";
import type { ParquetFile, ParquetOptions } from "./types.js";

/** Opens a Parquet file: reads its footer and holds it against the limits and the file. */
export async function openParquet(source: ByteSource, options: ParquetOptions): Promise<ParquetFile> {
  options.signal.throwIfAborted();
  throw sondeError("unsupported", `${source.name}: no reader yet`, { what: "Parquet" });
}
