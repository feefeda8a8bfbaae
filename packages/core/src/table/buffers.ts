import { Data, type DataType, RecordBatch, type Schema, Struct } from "apache-arrow";

/** The buffers of a column as Arrow lays them out (Columnar Format, "Physical Memory Layout"); those that the type lacks are absent. */
export type ColumnBuffers = {
  readonly length: number;
  /** 0 where absent. */
  readonly nullCount?: number;
  /** Least significant bit first, 1 is valid; asked for only where `nullCount` is above 0. */
  readonly validity?: Uint8Array | undefined;
  /** `length + 1` of them: of text, bytes, lists and maps. */
  readonly offsets?: Int32Array;
  /** Of the type's element kind; bits for booleans, 32-bit words for decimals. */
  readonly values?: ArrayBufferView;
  readonly children?: readonly Data[];
};

/** A column over buffers that a decoder has filled: nothing is copied and nothing is checked. */
export function dataOf(type: DataType, { length, nullCount = 0, validity, offsets, values, children = [] }: ColumnBuffers): Data {
  // Arrow's order of buffers: offsets, values, validity.
  const buffers = [offsets, values, nullCount > 0 ? validity : undefined] as unknown as Data["buffers"];
  return new Data(type, 0, length, nullCount, buffers, [...children]);
}

/** A batch over columns made by {@link dataOf}, one for each field in the schema's order; names may repeat. */
export function batchOfData(schema: Schema, rows: number, columns: readonly Data[]): RecordBatch {
  return new RecordBatch(schema, new Data(new Struct(schema.fields), 0, rows, 0, undefined, [...columns]));
}
