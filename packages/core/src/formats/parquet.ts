import type { Data, RecordBatch, Schema } from "apache-arrow";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { type BatchSource, coalesceBatches } from "../table/batches.js";
import type { TextOptions } from "./json-cell.js";
import { parquetColumn } from "./parquet-schema.js";
import { joinBytes, type UniformOptions, uniformBatches } from "./uniform.js";

export type ParquetOptions = Pick<TextOptions, "decode"> &
  UniformOptions & {
    /** Rows of a row group, which is what is held in memory; 128 Ki without. Batches are not cut, so a group can be one batch longer. */
    readonly rowGroupRows?: number | undefined;
  };

/**
 * Parquet, row group by row group, compressed by Snappy. Times are TIMESTAMP(NANOS, UTC), integers keep their width and sign,
 * null is not NaN; durations are INT64 nanoseconds; nested cells are JSON. What fields and schema say of themselves is kept as
 * key-value metadata, `sonde:fields` being a JSON object by column.
 *
 * @example
 * ```ts
 * for await (const bytes of parquetOf(stream.read({ last: "1h" }))) await file.write(bytes);
 * ```
 */
export async function* parquetOf(source: BatchSource, options: ParquetOptions = {}): AsyncGenerator<Uint8Array> {
  const bytes = new ByteWriter();
  let writer: ParquetWriter | undefined;
  let columns: ReturnType<typeof parquetColumn>[] = [];
  let schema: Schema | undefined;
  const rows = options.rowGroupRows ?? 131_072;
  const batches = async function* (): AsyncGenerator<RecordBatch> {
    for await (const step of uniformBatches(source, options)) {
      if (step.batch) yield step.batch;
      else begin(step.schema);
    }
  };
  const begin = (known: Schema) => {
    schema = known;
    columns = known.fields.map((field) => parquetColumn(field, { ...options, times: "rfc3339" }));
    const root = { name: "schema", num_children: columns.length };
    const elements = [root, ...columns.map(({ element }) => element)];
    writer = new ParquetWriter({ writer: bytes, schema: elements, kvMetadata: keyValues(known), createdBy: "sonde" });
  };
  const take = () => {
    const written = bytes.getBytes().slice();
    bytes.index = 0;
    return written;
  };

  for await (const batch of coalesceBatches(batches(), { rows, bytes: 256_000_000 })) {
    const names = schema?.fields ?? [];
    const columnData = columns.map((column, index) => ({
      name: names[index]?.name ?? "",
      // A batch has a column for each field; the writer takes any array of cells.
      data: column.cells(batch.data.children[index] as Data) as unknown[],
      ...(column.encoding === undefined ? {} : { encoding: column.encoding }),
    }));
    await writer?.write({ columnData, rowGroupSize: batch.numRows });
    yield take();
  }
  // Without a schema there is nothing that could be read back.
  if (writer === undefined) return;
  await writer.finish();
  yield take();
}

/** {@link parquetOf} as one array of bytes: for what fits in memory. */
export async function toParquet(source: BatchSource, options?: ParquetOptions): Promise<Uint8Array<ArrayBuffer>> {
  return joinBytes(parquetOf(source, options));
}

function keyValues(schema: Schema): { key: string; value: string }[] {
  const fields = schema.fields
    .filter(({ metadata }) => metadata.size > 0)
    .map(({ name, metadata }) => [name, Object.fromEntries(metadata)]);
  const own = Array.from(schema.metadata, ([key, value]) => ({ key, value }));
  return fields.length === 0 ? own : [...own, { key: "sonde:fields", value: JSON.stringify(Object.fromEntries(fields)) }];
}
