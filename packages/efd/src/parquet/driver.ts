import { type TimeRange, taiToUtc } from "@sonde/core";
import type { ByteSource } from "@sonde/core/bytes";
import { type Call, type Driver, type Metadata, matchesQuery, type StreamDriver, sondeError } from "@sonde/core/connector";
import { instantOf } from "../schema/instant-of.js";
import { shapeOf } from "../schema/topic-shape.js";
import { fileRows } from "./rows.js";
import { restoredShape } from "./shape.js";
import type { ParquetFile } from "./types.js";

/** An open file as a driver of one stream, called after the file; `source` is closed with it. */
export function fileDriver(file: ParquetFile, source: ByteSource, time: Parameters<typeof shapeOf>[2]): Driver<ParquetFile> {
  const name = baseName(file.name).replace(/\.parquet$/i, "");
  // Rejects a file without times where it is opened: nothing of it could be read.
  const shape = restoredShape(shapeOf(name, [file], time), file);
  const rows = fileRows(file, shape, name);
  let closed = false;
  const check = ({ signal }: Call) => {
    signal.throwIfAborted();
    if (closed) throw sondeError("closed", `${file.name} was closed: open it again to read on`, { id: file.name });
  };
  const extent = extentOf(file, shape.time);
  const known = { schema: shape.schema, rows: file.rows, ...(extent === undefined ? {} : { extent }) };
  const stream: StreamDriver = {
    id: name,
    name,
    kind: "series",
    known,
    async describe(call) {
      check(call);
      return { kind: "series", ...known };
    },
    async *read(query, call) {
      check(call);
      for await (const batch of rows(query, call)) {
        check(call);
        yield batch;
      }
    },
  };
  return {
    client: file,
    info: infoOf(file),
    async *streams(query, call) {
      check(call);
      if (matchesQuery(stream, query)) yield stream;
    },
    async stream(id, call) {
      check(call);
      if (id === name) return stream;
      throw sondeError("not-found", `no stream '${id}' in ${file.name}: it has one, '${name}'`, { id });
    },
    async close() {
      closed = true;
      await source.close();
    },
  };
}

/** By the bounds of the footer; undefined where they do not say. */
function extentOf(
  file: ParquetFile,
  { name, scale }: { readonly name: string; readonly scale: "utc" | "tai" },
): TimeRange | null | undefined {
  if (file.rows === 0) return null;
  const { min, max, nulls } = file.statistics(name);
  const type = String(file.schema.fields.find((field) => field.name === name)?.type);
  const [start, last] = [instantOf(min, type), instantOf(max, type)];
  if (start === undefined || last === undefined || nulls !== 0) return undefined;
  return scale === "tai" ? { start: taiToUtc(start), end: taiToUtc(last) + 1n } : { start, end: last + 1n };
}

function infoOf({ createdBy, rows, size, rowGroups }: ParquetFile): Metadata {
  return {
    format: "Parquet",
    ...(createdBy === undefined ? {} : { created_by: createdBy }),
    rows,
    bytes: size,
    row_groups: rowGroups.length,
  };
}

/** The file's name without its folders, of URLs and of Windows too. */
function baseName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}
