import { type Data, DataType, type Field } from "apache-arrow";
import type { BatchSource } from "../table/batches.js";
import { childFields } from "../table/empty.js";
import { readerOf } from "../table/reader.js";
import { fieldEncoding } from "../table/rows.js";
import { base64, instantWriter, jsonWriter, type TextOptions } from "./json-cell.js";
import { joinBytes, type UniformOptions, uniformBatches } from "./uniform.js";

export type CsvOptions = TextOptions &
  UniformOptions & {
    /** Between cells; a comma without. */
    readonly delimiter?: "," | ";" | "\t" | undefined;
    /** Whether the first line names the columns; it does without. */
    readonly header?: boolean | undefined;
  };

/** Rows whose text is put together before it is handed on. */
const chunkRows = 4096;
const encoder = new TextEncoder();

/**
 * CSV in UTF-8, piece by piece: quoted as RFC 4180 says, lines end in "\n". Null is an empty cell, an empty text `""`; NaN is
 * `NaN`; integers of 64 bits keep every digit; times are RFC 3339 to the nanosecond, or integers by `times`; durations integer
 * nanoseconds; bytes base64; nested cells JSON.
 *
 * @example
 * ```ts
 * for await (const bytes of csvOf(stream.read({ last: "5s" }))) await file.write(bytes);
 * ```
 */
export async function* csvOf(source: BatchSource, options: CsvOptions = {}): AsyncGenerator<Uint8Array> {
  const { delimiter = ",", header = true } = options;
  for await (const { schema, batch } of uniformBatches(source, options)) {
    if (batch === undefined) {
      if (header) yield encoder.encode(`${schema.fields.map(({ name }) => quoted(name, delimiter)).join(delimiter)}\n`);
      continue;
    }
    // A batch has a column for each field.
    const cells = schema.fields.map((field, index) => cellWriter(batch.data.children[index] as Data, field, delimiter, options));
    for (let from = 0; from < batch.numRows; from += chunkRows) {
      let text = "";
      for (let row = from; row < Math.min(from + chunkRows, batch.numRows); row++) {
        for (let column = 0; column < cells.length; column++) text += (column > 0 ? delimiter : "") + (cells[column]?.(row) ?? "");
        text += "\n";
      }
      yield encoder.encode(text);
    }
  }
}

/** {@link csvOf} as one text: for what fits in memory. */
export async function toCsv(source: BatchSource, options?: CsvOptions): Promise<string> {
  return new TextDecoder().decode(await joinBytes(csvOf(source, options)));
}

function cellWriter(data: Data, field: Field, delimiter: string, options: CsvOptions): (row: number) => string {
  const { type } = data;
  const { times = "rfc3339", decode } = options;
  const isDecoded = decode !== undefined && fieldEncoding(field) !== undefined;
  const isNested = childFields(type).length > 0;
  if (isDecoded || isNested) {
    const json = jsonWriter(data, field, options);
    return (row) => (data.getValid(row) ? quoted(json(row), delimiter) : "");
  }
  const read = readerOf(data);
  const instant = instantWriter(type, times);
  const isInstant = DataType.isTimestamp(type);
  const write = (cell: unknown): string => {
    if (typeof cell === "string") return quoted(cell, delimiter);
    if (typeof cell === "bigint") return isInstant ? instant(cell) : String(cell);
    // An empty cell is null: no bytes are an empty text.
    if (cell instanceof Uint8Array) return cell.length === 0 ? '""' : base64(cell);
    if (cell instanceof Date) return cell.toISOString();
    return Object.is(cell, -0) ? "-0.0" : String(cell);
  };
  return (row) => {
    const cell = read(row);
    return cell === null ? "" : write(cell);
  };
}

/** RFC 4180, section 2: a cell with a delimiter, a quote or a line end stands in quotes, and quotes in it are doubled. So does an empty text. */
function quoted(text: string, delimiter: string): string {
  if (text !== "" && !text.includes(delimiter) && !/["\r\n]/.test(text)) return text;
  return `"${text.replaceAll('"', '""')}"`;
}
