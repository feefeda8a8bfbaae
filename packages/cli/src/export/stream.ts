import type { Batches, DecodeCell, Stream } from "@sonde/core";
import { csvOf, ipcOf, maxNanos, ndjsonOf, parquetOf } from "@sonde/core";
import { type RecordBatch, type Schema, sliceTime } from "@sonde/core/connector";
import { decodable } from "../output/decodable.js";
import { plainOf } from "../output/plain.js";
import { fileNameOf, filePathOf } from "./file-name.js";
import { byHour, hourPath, nextHour } from "./hours.js";
import type { ExportedFile, Manifest } from "./manifest.js";
import { writeExported } from "./write.js";

export const exportFormats = ["parquet", "arrow", "csv", "ndjson"] as const;
export type ExportFormat = (typeof exportFormats)[number];

export type StreamExport = {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly stream: Stream;
  /** Its name in the folder and the manifest: the id, after the source's name where there are several. */
  readonly name: string;
  readonly format: ExportFormat;
  readonly layout: "flat" | "hive";
  /** The rows of the range; `from` where an earlier run got to. */
  read(from?: bigint): Batches;
  /** Told after each file. */
  wrote(file: ExportedFile): Promise<void>;
};

/** Writes a stream as one file, or as one an hour. What an earlier run wrote whole stays. */
export async function exportStream(task: StreamExport): Promise<void> {
  const { manifest, name, layout } = task;
  if (manifest.isDone(name)) return;
  await (layout === "flat" ? wholeFile(task) : hourFiles(task));
  await manifest.done(name);
}

async function wholeFile(task: StreamExport): Promise<void> {
  const { folder, name, format } = task;
  const batches = task.read();
  const file = `${filePathOf(name)}.${format}`;
  const { pieces, rows } = encoded(format, batches, batches.decode, () => schemaOf(batches));
  await keep(task, await writeExported(folder, { stream: name, file }, pieces, rows));
}

async function hourFiles(task: StreamExport): Promise<void> {
  const { folder, name, format, manifest } = task;
  // Hours are written in order: those from the first one that is gone are written again.
  const from = manifest.resumeAt(name);
  const batches = task.read(from);
  for await (const { start, batches: inHour } of byHour(from === undefined ? batches : since(batches, from))) {
    const file = `stream=${fileNameOf(name)}/${hourPath(start)}/part-0.${format}`;
    const { pieces, rows } = encoded(format, inHour, batches.decode, undefined);
    const written = await writeExported(folder, { stream: name, file }, pieces, rows);
    await keep(task, { ...written, until: String(nextHour(start)) });
  }
}

/** Windows begin before the instant that was asked for: those stand in the hour before. */
async function* since(batches: AsyncIterable<RecordBatch>, from: bigint): AsyncGenerator<RecordBatch, void, undefined> {
  for await (const batch of batches) {
    const rest = sliceTime(batch, { start: from, end: maxNanos });
    if (rest.numRows > 0) yield rest;
  }
}

async function keep({ manifest, wrote }: StreamExport, file: ExportedFile): Promise<void> {
  await manifest.add(file);
  await wrote(file);
}

/** Of a stream without rows: a second question, as empty as the first, tells it. */
async function schemaOf(batches: Batches): Promise<Schema> {
  return (await batches.table()).schema;
}

function encoded(
  format: ExportFormat,
  batches: AsyncIterable<RecordBatch>,
  decode: DecodeCell | undefined,
  schemaOf: (() => Promise<Schema>) | undefined,
): { readonly pieces: AsyncIterable<Uint8Array>; readonly rows: () => number } {
  let rows = 0;
  const shown: DecodeCell | undefined =
    decode === undefined || format === "arrow" ? undefined : (field, cell) => plainOf(decode(field, cell));
  async function* counted(): AsyncGenerator<RecordBatch, void, undefined> {
    for await (const batch of decodable(batches, shown)) {
      rows += batch.numRows;
      yield batch;
    }
  }
  async function* pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    const given = counted();
    const first = await given.next();
    const schema = first.done ? await schemaOf?.() : first.value.schema;
    async function* all(): AsyncGenerator<RecordBatch, void, undefined> {
      if (!first.done) yield first.value;
      yield* given;
    }
    const options = { decode: shown, schema };
    const encoders = {
      csv: () => csvOf(all(), options),
      ndjson: () => ndjsonOf(all(), options),
      arrow: () => ipcOf(all(), { format: "file", schema }),
      parquet: () => parquetOf(all(), options),
    };
    yield* encoders[format]();
  }
  return { pieces: pieces(), rows: () => rows };
}
