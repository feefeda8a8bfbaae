import { endOfBytes, ThriftReader, thriftType } from "../bytes/thrift.js";

/** Of a page (parquet.thrift, PageHeader); sizes in bytes, after the header. */
export type PageHeader = {
  readonly kind: "data" | "data-v2" | "dictionary" | "other";
  /** Of the header itself. */
  readonly length: number;
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  /** Unsigned; of the page as stored. */
  readonly crc: number | undefined;
  /** Level entries, nulls with them; of a dictionary its values. */
  readonly values: number;
  readonly encoding: number;
  readonly definitionEncoding: number;
  readonly repetitionEncoding: number;
  /** Version 2 only: levels come first, uncompressed. */
  readonly rows: number;
  readonly nulls: number;
  readonly definitionBytes: number;
  readonly repetitionBytes: number;
  readonly compressed: boolean;
};

const kinds = ["data", "other", "dictionary", "data-v2"] as const;

/** The header at `position`; undefined where it goes on past the bytes. Rejects `format` for what can be none. */
export function readPageHeader(
  bytes: Uint8Array,
  position: number,
  place: { readonly key: string; readonly offset: number },
): PageHeader | undefined {
  const reader = new ThriftReader(bytes, place, position);
  try {
    return header(reader, position);
  } catch (error) {
    if (error === endOfBytes) return undefined;
    throw error;
  }
}

function header(reader: ThriftReader, start: number): PageHeader {
  const own = numbers(reader);
  const kind = kinds[own.get(1) ?? -1] ?? "other";
  const compressedSize = own.get(3) ?? -1;
  const uncompressedSize = own.get(2) ?? -1;
  if (compressedSize < 0 || uncompressedSize < 0) throw reader.fail("a page without a size");
  const inner = own.inner.get(kind === "data" ? 5 : kind === "dictionary" ? 7 : 8);
  if (kind !== "other" && inner === undefined) throw reader.fail("a page without the header of its kind");
  const of = (id: number) => inner?.get(id) ?? 0;
  const crc = own.get(4);
  const v2 = kind === "data-v2";
  const made: PageHeader = {
    kind,
    length: reader.position - start,
    compressedSize,
    uncompressedSize,
    crc: crc === undefined ? undefined : crc >>> 0,
    values: of(1),
    encoding: v2 ? of(4) : of(2),
    definitionEncoding: kind === "data" ? of(3) : RLE,
    repetitionEncoding: kind === "data" ? of(4) : RLE,
    rows: v2 ? of(3) : 0,
    nulls: v2 ? of(2) : 0,
    definitionBytes: v2 ? of(5) : 0,
    repetitionBytes: v2 ? of(6) : 0,
    compressed: !v2 || inner?.get(7) !== 0,
  };
  if (made.values < 0 || made.rows < 0 || made.nulls < 0 || made.definitionBytes < 0 || made.repetitionBytes < 0) {
    throw reader.fail("a page with a negative count");
  }
  return made;
}

const RLE = 3;

/** The integers of a struct by field id, booleans as 0 and 1, and those of the structs in it. */
class Numbers extends Map<number, number> {
  readonly inner = new Map<number, Numbers>();
}

function numbers(reader: ThriftReader, depth = 0): Numbers {
  const found = new Numbers();
  for (let last = 0, field = reader.field(last); field !== undefined; field = reader.field(last)) {
    last = field.id;
    const { id, type } = field;
    if (type === thriftType.true || type === thriftType.false) found.set(id, type === thriftType.true ? 1 : 0);
    else if (type === thriftType.i32 || type === thriftType.i64 || type === thriftType.i16) found.set(id, reader.integer());
    else if (type === thriftType.struct && depth === 0) found.inner.set(id, numbers(reader, 1));
    else reader.skip(type, depth + 1);
  }
  return found;
}
