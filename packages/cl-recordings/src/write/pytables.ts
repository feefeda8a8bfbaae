import { type Attributes, attribute, compound, type DatasetOptions, type Datatype, int, uint } from "@sonde/hdf5/write";

/** What PyTables (2.1 of its format) wants to see on the objects that it opens as its own. */
export const groupAttributes: Attributes = {
  CLASS: attribute.text("GROUP"),
  TITLE: attribute.text(""),
  VERSION: attribute.text("1.0"),
};
export const rootAttributes: Attributes = { ...groupAttributes, PYTABLES_FORMAT_VERSION: attribute.text("2.1") };

/** An array that grows by rows: PyTables' EArray. `chunkRows` rows of a chunk. */
export function growingArray(type: Datatype, row: readonly number[], chunkRows: number): DatasetOptions {
  return {
    type,
    shape: [0, ...row],
    maxShape: [null, ...row],
    chunks: [chunkRows, ...row],
    attributes: {
      CLASS: attribute.text("EARRAY"),
      EXTDIM: attribute.int32(0),
      TITLE: attribute.text(""),
      VERSION: attribute.text("1.1"),
    },
  };
}

/** One column of a table, with the value that PyTables says unset cells have. */
export interface TableColumn {
  readonly name: string;
  readonly type: Datatype;
  readonly fill: Attributes[string];
}
export const int64Column = (name: string): TableColumn => ({ name, type: int(8), fill: attribute.int64(0n) });
export const uint64Column = (name: string): TableColumn => ({ name, type: uint(8), fill: attribute.uint64(0n) });
export const uint8Column = (name: string): TableColumn => ({ name, type: uint(1), fill: attribute.uint8(0) });

/** A table of packed rows: PyTables' Table. NROWS is the caller's to keep up to date. */
export function table(columns: readonly TableColumn[], chunkRows: number): DatasetOptions {
  const fields = columns.flatMap(({ name, fill }, index) => [
    [`FIELD_${index}_FILL`, fill] as const,
    [`FIELD_${index}_NAME`, attribute.text(name)] as const,
  ]);
  return {
    type: compound(columns.map(({ name, type }) => ({ name, type }))),
    shape: [0],
    maxShape: [null],
    chunks: [chunkRows],
    attributes: {
      CLASS: attribute.text("TABLE"),
      ...Object.fromEntries(fields),
      NROWS: attribute.int64(0n),
      TITLE: attribute.text(""),
      VERSION: attribute.text("2.7"),
    },
  };
}
