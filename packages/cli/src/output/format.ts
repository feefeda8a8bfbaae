import { extname } from "node:path";
import { type BatchSource, csvOf, ipcOf, ndjsonOf, parquetOf } from "@sonde/core";
import type { DecodeCell } from "../decoders.js";
import { exit, failure } from "../exit.js";

/** What `--format` takes; `table` is for people and for stdout only. */
export const formats = ["table", "ndjson", "csv", "arrow", "parquet"] as const;
export type Format = (typeof formats)[number];

const byExtension: ReadonlyMap<string, Format> = new Map([
  [".csv", "csv"],
  [".ndjson", "ndjson"],
  [".jsonl", "ndjson"],
  [".arrow", "arrow"],
  [".parquet", "parquet"],
]);

export type FormatChoice = {
  readonly format?: Format | undefined;
  /** A file, or "-" for stdout. */
  readonly output?: string | undefined;
  readonly json: boolean;
  readonly isTTY: boolean;
};

/** The format that was asked for, else that of the file's extension, else a table for people and NDJSON for programs. */
export function formatOf({ format, output, json, isTTY }: FormatChoice): Format {
  if (json && format !== undefined && format !== "ndjson") throw failure(exit.usage, `--json is NDJSON: leave out --format ${format}`);
  const toStdout = output === undefined || output === "-";
  const chosen = json ? "ndjson" : format;
  if (toStdout) {
    if (isTTY && (chosen === "arrow" || chosen === "parquet")) {
      throw failure(exit.usage, `${chosen} is not for a terminal: name a file by -o, or pipe it into a program`);
    }
    return chosen ?? (isTTY && output !== "-" ? "table" : "ndjson");
  }
  if (chosen === "table") throw failure(exit.usage, "a table is for people: write csv, ndjson, arrow or parquet to a file");
  const extension = extname(output).toLowerCase();
  const found = chosen ?? byExtension.get(extension);
  if (found !== undefined) return found;
  const what = extension === "" ? `${output} has no extension` : `the extension ${extension} says no format`;
  throw failure(exit.usage, `${what}: use ${[...byExtension.keys()].join(", ")}, or say --format`);
}

/** The bytes of a machine's format. Arrow to stdout is a stream, in a file it has an index. */
export function encode(
  format: Exclude<Format, "table">,
  batches: BatchSource,
  options: { readonly decode: DecodeCell | undefined; readonly toFile: boolean },
): AsyncIterable<Uint8Array> {
  const { decode, toFile } = options;
  switch (format) {
    case "csv":
      return csvOf(batches, { decode });
    case "ndjson":
      return ndjsonOf(batches, { decode });
    case "arrow":
      return ipcOf(batches, { format: toFile ? "file" : "stream" });
    case "parquet":
      return parquetOf(batches, { decode });
  }
}
