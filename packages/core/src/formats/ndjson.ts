import type { Data } from "apache-arrow";
import type { BatchSource } from "../table/batches.js";
import { jsonWriter, type TextOptions } from "./json-cell.js";
import { joinBytes, type UniformOptions, uniformBatches } from "./uniform.js";

export type NdjsonOptions = TextOptions & UniformOptions;

const chunkRows = 4096;
const encoder = new TextEncoder();

/**
 * One JSON object a line, in UTF-8, piece by piece. Times are RFC 3339 to the nanosecond, or digit strings by `times: "nanos"`; 64-bit
 * integers are always digit strings, so that a column has one type; NaN and infinities are the strings "NaN", "Infinity",
 * "-Infinity", for null is something else; bytes are base64. (Protocol Buffers' JSON mapping does the same.)
 *
 * @example
 * ```ts
 * for await (const bytes of ndjsonOf(stream.read({ last: "5s" }))) process.stdout.write(bytes);
 * ```
 */
export async function* ndjsonOf(source: BatchSource, options: NdjsonOptions = {}): AsyncGenerator<Uint8Array> {
  for await (const { schema, batch } of uniformBatches(source, options)) {
    if (batch === undefined) continue;
    const cells = schema.fields.map((field, index) => {
      const key = `${index > 0 ? "," : "{"}${JSON.stringify(field.name)}:`;
      // A batch has a column for each field.
      const write = jsonWriter(batch.data.children[index] as Data, field, options);
      return (row: number) => key + write(row);
    });
    for (let from = 0; from < batch.numRows; from += chunkRows) {
      let text = "";
      for (let row = from; row < Math.min(from + chunkRows, batch.numRows); row++) {
        for (const cell of cells) text += cell(row);
        text += "}\n";
      }
      yield encoder.encode(text);
    }
  }
}

/** {@link ndjsonOf} as one text: for what fits in memory. */
export async function toNdjson(source: BatchSource, options?: NdjsonOptions): Promise<string> {
  return new TextDecoder().decode(await joinBytes(ndjsonOf(source, options)));
}
