import type { DatasetWriter } from "@sonde/hdf5/write";
import { attribute } from "@sonde/hdf5/write";

/** A table dataset that takes whole columns and keeps its row count where PyTables looks for it. */
export interface PackedTable {
  readonly rows: number;
  /** `fill` writes row `row` of these at `offset` of the packed bytes. */
  append(rows: number, fill: (view: DataView, row: number, offset: number) => void): Promise<void> | undefined;
  /** Before a flush. */
  settle(): void;
}

export function packedTable(dataset: DatasetWriter, rowBytes: number): PackedTable {
  let counted = 0;
  return {
    get rows() {
      return dataset.rows;
    },
    append(rows, fill) {
      const bytes = new Uint8Array(rows * rowBytes);
      const view = new DataView(bytes.buffer);
      for (let row = 0; row < rows; row++) fill(view, row, row * rowBytes);
      return dataset.append(bytes);
    },
    settle() {
      if (counted === dataset.rows) return;
      counted = dataset.rows;
      dataset.setAttribute("NROWS", attribute.int64(counted));
    },
  };
}
