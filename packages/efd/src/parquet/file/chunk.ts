import type { ColumnChunk, ColumnMetaData } from "hyparquet";
import { checkCodec } from "../bytes/decompress.js";
import { damaged, type Place, unsupported } from "../damage.js";
import type { SchemaNode } from "../schema/tree.js";
import type { ParquetColumn } from "../types.js";
import { columnStatistics } from "./statistics.js";

/** A column chunk of a row group, held against the file and the schema. */
export type Chunk = ParquetColumn & {
  readonly node: SchemaNode;
  /** Level entries. */
  readonly values: number;
  readonly uncompressedBytes: number;
  /** Refuses to be read: encrypted, or in a file of its own. */
  readonly refusal: (() => Error) | undefined;
};

type Bounds = {
  readonly rows: number;
  readonly dataEnd: number;
  readonly place: Place;
  /** Bytes that a chunk may be longer than its writer says. */
  readonly slack: number;
};

/** parquet-mr before 1.2.9 left the dictionary's header out of the length of a chunk (PARQUET-816). */
export function slackOf(createdBy: string | undefined): number {
  const version = /^parquet-mr(?: version (\d+)\.(\d+)\.(\d+))?/.exec(createdBy ?? "");
  if (version === null) return 0;
  const [major, minor, patch] = [Number(version[1] ?? 0), Number(version[2] ?? 0), Number(version[3] ?? 0)];
  return major * 1e6 + minor * 1e3 + patch < 1_002_009 ? 100 : 0;
}

export function chunkOf(chunk: ColumnChunk, node: SchemaNode, bounds: Bounds): Chunk {
  const { place } = bounds;
  const column = node.path.join(".");
  const data = chunk.meta_data;
  if (data === undefined || chunk.crypto_metadata !== undefined) {
    return { ...unread(node), refusal: () => unsupported(place, `column '${column}', which is encrypted,`, "decrypt the file first") };
  }
  if (chunk.file_path) {
    return { ...unread(node), refusal: () => unsupported(place, `column '${column}', which lies in another file,`, "open that file") };
  }
  if (data.path_in_schema.length !== node.path.length || data.path_in_schema.some((name, index) => name !== node.path[index])) {
    throw damaged(place, `column '${data.path_in_schema.join(".")}' where the schema has '${column}'`);
  }
  if (data.type !== node.element.type)
    throw damaged(place, `column '${column}' of type ${data.type} where the schema says ${node.element.type}`);
  const values = count(data.num_values, `values of column '${column}'`, place);
  if (node.repeated === 0 ? values !== bounds.rows : values < bounds.rows) {
    throw damaged(place, `column '${column}' has ${values} values in ${bounds.rows} rows`);
  }
  return {
    node,
    path: node.path,
    type: data.type,
    codec: data.codec,
    encodings: data.encodings ?? [],
    range: rangeOf(data, column, bounds),
    statistics: columnStatistics(data.statistics, node.element),
    values,
    uncompressedBytes: count(data.total_uncompressed_size, `bytes of column '${column}'`, place),
    refusal: undefined,
  };
}

/** Refuses a chunk that can't be read, before any of it is fetched. */
export function checkReadable(chunk: Chunk, place: Place): void {
  if (chunk.refusal !== undefined) throw chunk.refusal();
  checkCodec(chunk.codec, place);
}

function unread(node: SchemaNode): Omit<Chunk, "refusal"> {
  return {
    node,
    path: node.path,
    type: node.element.type ?? "",
    codec: "",
    encodings: [],
    range: { start: 0, end: 0 },
    statistics: {},
    values: 0,
    uncompressedBytes: 0,
  };
}

/** The dictionary comes first; some writers say that it is at 0 when there is none, or leave it out. */
function rangeOf(data: ColumnMetaData, column: string, { dataEnd, place, slack }: Bounds): { start: number; end: number } {
  const pages = count(data.data_page_offset, `an offset of column '${column}'`, place);
  const dictionary = count(data.dictionary_page_offset ?? 0n, `an offset of column '${column}'`, place);
  const start = dictionary > 0 && dictionary < pages ? dictionary : pages;
  const end = start + count(data.total_compressed_size, `bytes of column '${column}'`, place);
  if (start >= 4 && end <= dataEnd && pages <= end) return { start, end: Math.min(dataEnd, end + slack) };
  // No row group at all may be written with offsets of 0.
  if (data.num_values === 0n) return { start: 4, end: 4 };
  throw damaged({ ...place, offset: start }, `column '${column}' from byte ${start} to ${end} of ${dataEnd}`);
}

/** A number of the footer that must be one of something. */
export function count(value: bigint | number | undefined, what: string, place: Place): number {
  const number = Number(value ?? Number.NaN);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw damaged(place, `${value} ${what}`);
}
