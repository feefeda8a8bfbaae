import type { Field, StreamKind } from "@sonde/core/connector";
import type { DriftPackage } from "../package/package.js";

/** Cells of one row by the columns of the schema, without `time` and `status`. */
export type Cells = { readonly [column: string]: unknown };

/** How the packages of a topic become rows: by the newest of them. */
export interface RecordShape {
  readonly kind: StreamKind;
  readonly fields: readonly Field[];
  cells(pkg: DriftPackage): Cells;
}

/** A record of cells whose names came as data. */
export function own(entries: Iterable<readonly [string, unknown]>): Cells {
  const cells: { [name: string]: unknown } = Object.create(null);
  for (const [name, value] of entries) cells[name] = value;
  return cells;
}
