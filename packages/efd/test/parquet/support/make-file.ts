import { binary, bool, i32, i64, list, struct, type Thrift } from "./thrift.js";

export const physical = { BOOLEAN: 0, INT32: 1, INT64: 2, INT96: 3, FLOAT: 4, DOUBLE: 5, BYTE_ARRAY: 6, FIXED_LEN_BYTE_ARRAY: 7 } as const;
export const encoding = {
  PLAIN: 0,
  PLAIN_DICTIONARY: 2,
  RLE: 3,
  DELTA: 5,
  DELTA_LENGTH: 6,
  DELTA_STRINGS: 7,
  RLE_DICTIONARY: 8,
  SPLIT: 9,
} as const;

export type Element = {
  readonly name: string;
  readonly type?: keyof typeof physical;
  readonly length?: number;
  /** 0 required, 1 optional, 2 repeated. */
  readonly repetition?: 0 | 1 | 2;
  readonly children?: number;
  readonly converted?: number;
  readonly logical?: Thrift;
  readonly scale?: number;
  readonly precision?: number;
};
export type Page = {
  readonly kind?: "data" | "dictionary" | "data-v2";
  readonly values: number;
  readonly encoding: number;
  readonly body: readonly number[];
  readonly uncompressed?: number;
  readonly crc?: number;
  /** Version 2: bytes of the levels, which come first in `body`. */
  readonly repetitionBytes?: number;
  readonly definitionBytes?: number;
  readonly rows?: number;
};
export type Column = {
  readonly path: readonly string[];
  readonly type: keyof typeof physical;
  readonly pages: readonly Page[];
  /** Level entries; without it those of the pages. */
  readonly values?: number;
  readonly codec?: number;
  readonly statistics?: Thrift;
};

function pageBytes(page: Page): number[] {
  const { kind = "data", values, body } = page;
  const header = struct({
    1: i32(kind === "data" ? 0 : kind === "dictionary" ? 2 : 3),
    2: i32(page.uncompressed ?? body.length),
    3: i32(body.length),
    4: page.crc === undefined ? undefined : i32(page.crc | 0),
    5: kind === "data" ? struct({ 1: i32(values), 2: i32(page.encoding), 3: i32(3), 4: i32(3) }) : undefined,
    7: kind === "dictionary" ? struct({ 1: i32(values), 2: i32(page.encoding) }) : undefined,
    8:
      kind === "data-v2"
        ? struct({
            1: i32(values),
            2: i32(0),
            3: i32(page.rows ?? values),
            4: i32(page.encoding),
            5: i32(page.definitionBytes ?? 0),
            6: i32(page.repetitionBytes ?? 0),
            7: bool(page.uncompressed !== undefined),
          })
        : undefined,
  });
  return [...header.bytes, ...body];
}

/** A Parquet file of one row group, byte by byte as told: what no honest writer writes can be written too. */
export function makeFile(
  schema: readonly Element[],
  columns: readonly Column[],
  rows: number,
  keyValues: readonly [string, string][] = [],
): Uint8Array {
  const bytes: number[] = [...new TextEncoder().encode("PAR1")];
  const chunks = columns.map((column) => {
    const start = bytes.length;
    let data: number | undefined;
    for (const page of column.pages) {
      if (page.kind !== "dictionary") data ??= bytes.length;
      // A spread argument of some ten thousand bytes is the stack's limit.
      for (const byte of pageBytes(page)) bytes.push(byte);
    }
    const values = column.values ?? column.pages.reduce((sum, { kind, values: count }) => sum + (kind === "dictionary" ? 0 : count), 0);
    const size = bytes.length - start;
    return struct({
      2: i64(start),
      3: struct({
        1: i32(physical[column.type]),
        2: list([i32(0)]),
        3: list(column.path.map(binary)),
        4: i32(column.codec ?? 0),
        5: i64(values),
        6: i64(size),
        7: i64(size),
        9: i64(data ?? start),
        11: data === start || data === undefined ? undefined : i64(start),
        12: column.statistics,
      }),
    });
  });
  const roots = schema.length - schema.reduce((sum, { children = 0 }) => sum + children, 0);
  const elements = [
    struct({ 4: binary("schema"), 5: i32(roots) }),
    ...schema.map((element) =>
      struct({
        1: element.type === undefined ? undefined : i32(physical[element.type]),
        2: element.length === undefined ? undefined : i32(element.length),
        3: i32(element.repetition ?? 0),
        4: binary(element.name),
        5: element.children === undefined ? undefined : i32(element.children),
        6: element.converted === undefined ? undefined : i32(element.converted),
        7: element.scale === undefined ? undefined : i32(element.scale),
        8: element.precision === undefined ? undefined : i32(element.precision),
        10: element.logical,
      }),
    ),
  ];
  const footer = struct({
    1: i32(1),
    2: list(elements),
    3: i64(rows),
    4: list([struct({ 1: list(chunks), 2: i64(bytes.length), 3: i64(rows) })]),
    5: keyValues.length === 0 ? undefined : list(keyValues.map(([key, value]) => struct({ 1: binary(key), 2: binary(value) }))),
    6: binary("by hand"),
  });
  const length = footer.bytes.length;
  return Uint8Array.from([
    ...bytes,
    ...footer.bytes,
    length & 255,
    (length >> 8) & 255,
    (length >> 16) & 255,
    length >> 24,
    80,
    65,
    82,
    49,
  ]);
}
