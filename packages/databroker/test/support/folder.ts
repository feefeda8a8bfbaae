import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { DocumentPair } from "../../src/event-model/documents.js";
import { DocumentEncoder, type FileFormat } from "../../src/write/document-encoder.js";

/** A folder that is gone after the test; `keep` for whole files of tests. */
export async function temporaryFolder(keep = false): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sonde-databroker-"));
  if (!keep) onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The bytes of a file of documents, and where each ends. */
export function fileOf(
  documents: readonly DocumentPair[],
  format: FileFormat,
): { readonly bytes: Uint8Array; readonly ends: readonly number[] } {
  const encoder = new DocumentEncoder(format);
  const pieces = documents.map((pair) => encoder.encode(pair));
  const ends: number[] = [];
  let end = 0;
  for (const piece of pieces) ends.push((end += piece.length));
  return { bytes: new Uint8Array(Buffer.concat(pieces)), ends };
}

/** One file a run. */
export async function writeRuns(folder: string, runs: readonly (readonly DocumentPair[])[], format: FileFormat): Promise<void> {
  for (const documents of runs) {
    const [, start] = documents[0]!;
    await writeFile(join(folder, `${String((start as { uid: string }).uid)}.${format}`), fileOf(documents, format).bytes);
  }
}
