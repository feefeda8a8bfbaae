import { files } from "#platform";
import type { Waiting } from "../catalog/types.js";
import type { Run } from "../run/types.js";
import { DocumentEncoder, type FileFormat } from "./document-encoder.js";
import { fileNameOf } from "./writer.js";

/** What is gathered before it is written. */
const blockBytes = 2 ** 20;

/** The bytes of a run in a file of suitcase's, piece by piece; external data as ids unless `fill` puts them in. */
export async function* encodeRun(
  run: Run,
  format: FileFormat,
  options: Waiting & { readonly fill?: boolean | undefined },
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new DocumentEncoder(format);
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const pair of run.documents({ signal: options.signal, fill: options.fill === true ? "yes" : "no" })) {
    const piece = encoder.encode(pair);
    pieces.push(piece);
    bytes += piece.length;
    if (bytes < blockBytes) continue;
    yield joined(pieces, bytes);
    [pieces, bytes] = [[], 0];
  }
  if (bytes > 0) yield joined(pieces, bytes);
}

export type ExportOptions = Waiting & { readonly format?: FileFormat | undefined; readonly fill?: boolean | undefined };

/** Writes a run to a file: JSONL where its name ends so, else msgpack. A file that is there is replaced once all is written. */
export async function exportRun(run: Run, path: string, options: ExportOptions): Promise<void> {
  const format = options.format ?? (/\.jsonl$/i.test(path) ? "jsonl" : "msgpack");
  await files.writeAll(files.resolve(".", path), encodeRun(run, format, options));
}

/**
 * Writes runs as a databroker-pack: `documents/<uid>.msgpack` (or `.jsonl`), a manifest, and a `catalog.yml` that databroker, intake and
 * `openCatalog` open. External files stay where they are: `fill` puts their arrays into the documents.
 */
export async function exportPack(
  runs: Iterable<Run> | AsyncIterable<Run>,
  folder: string,
  options: Partial<ExportOptions> = {},
): Promise<readonly string[]> {
  const signal = options.signal ?? new AbortController().signal;
  const format = options.format ?? "msgpack";
  const names: string[] = [];
  for await (const run of runs) {
    const name = `documents/${fileNameOf(run.uid)}.${format}`;
    await exportRun(run, files.resolve(folder, name), { ...options, format, signal });
    names.push(name);
  }
  const text = new TextEncoder();
  await files.write(files.resolve(folder, "documents_manifest.txt"), text.encode(names.map((name) => `${name}\n`).join("")));
  const absolute = JSON.stringify(files.resolve(folder, `documents/*.${format}`));
  const catalog = [
    "sources:",
    "  packed_catalog:",
    `    driver: bluesky-${format}-catalog`,
    "    args:",
    `      paths: [${absolute}]`,
    "      root_map: {}",
    "    metadata:",
    "      generated_by: {library: '@sonde/databroker', version: '0'}",
    `      relative_paths: ['./documents/*.${format}']`,
    "",
  ].join("\n");
  await files.write(files.resolve(folder, "catalog.yml"), text.encode(catalog));
  return names;
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
