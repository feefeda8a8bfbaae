import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createOutputFile } from "../output/file.js";
import type { ExportedFile } from "./manifest.js";

/** Writes pieces into a file below a folder, which bears its name only when it is whole and on the disk. */
export async function writeExported(
  folder: string,
  { stream, file }: Pick<ExportedFile, "stream" | "file">,
  pieces: AsyncIterable<Uint8Array>,
  rows: () => number,
): Promise<ExportedFile> {
  const path = join(folder, ...file.split("/"));
  await mkdir(dirname(path), { recursive: true });
  const hash = createHash("sha256");
  const output = await createOutputFile(path);
  let bytes = 0;
  try {
    for await (const piece of pieces) {
      hash.update(piece);
      bytes += piece.byteLength;
      await output.write(piece);
    }
  } catch (error) {
    await output.discard();
    throw error;
  }
  await output.finish();
  return { stream, file, rows: rows(), bytes, sha256: hash.digest("hex") };
}
