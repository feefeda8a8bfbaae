import type { ColumnInput, ColumnValues } from "@sonde/core/connector";
import { NdArray, type Value } from "@sonde/msgpack-numpy";
import { isUnsigned, type Kind } from "./kind.js";
import { type ColumnPlan, isRecord, type PlannedColumn } from "./plan.js";

/** The cells of one entry in the plan's order; undefined where the entry does not fit the plan. */
export function cellsOf(value: Value, plan: ColumnPlan): readonly Value[] | undefined {
  const [only] = plan.columns;
  if (only !== undefined && only.key === undefined) return fits(value, only) ? [value] : undefined;
  if (!isRecord(value) || Object.keys(value).length !== plan.columns.length) return undefined;
  const cells: Value[] = [];
  for (const column of plan.columns) {
    if (column.key === undefined || !Object.hasOwn(value, column.key)) return undefined;
    const cell = value[column.key] ?? null;
    if (!fits(cell, column)) return undefined;
    cells.push(cell);
  }
  return cells;
}

function fits(cell: Value, { kind, nullable }: PlannedColumn): boolean {
  if (cell === null) return nullable;
  switch (kind.kind) {
    case "bool":
      return typeof cell === "boolean";
    case "text":
      return typeof cell === "string";
    case "float":
      return typeof cell === "number";
    case "int":
      return (typeof cell === "bigint" || Number.isSafeInteger(cell)) && inRange(BigInt(cell as number | bigint), isUnsigned(kind));
    case "array":
      return cell instanceof NdArray && cell.dtype === kind.dtype && cell.shape.join() === kind.shape.join();
    case "null":
      return false;
  }
}

function inRange(value: bigint, unsigned: boolean): boolean {
  return unsigned ? value >= 0n && value < 2n ** 64n : value >= -(2n ** 63n) && value < 2n ** 63n;
}

/** Column `index` of rows of cells, of which those that do not fit are undefined. */
export function columnOf(rows: readonly (readonly Value[] | undefined)[], index: number, kind: Kind): ColumnInput {
  const cells = rows.map((row) => row?.[index] ?? null);
  if (kind.kind === "int") return cells.map((cell) => (cell === null ? null : BigInt(cell as number | bigint))); // checked by `fits`
  return kind.kind === "array" ? arrayColumn(cells) : cells;
}

/** Arrays of one type and shape, one after another. */
function arrayColumn(cells: readonly Value[]): ColumnInput {
  const first = cells.find((cell) => cell instanceof NdArray);
  // Numeric types have typed arrays, by `kindOf`.
  const sample = (first instanceof NdArray ? first.data : new Uint8Array(1)) as ColumnValues;
  const Constructor = sample.constructor as new (length: number) => ColumnValues;
  const values = new Constructor(cells.length * sample.length);
  for (const [row, cell] of cells.entries()) if (cell instanceof NdArray) values.set(cell.data as never, row * sample.length);
  return cells.includes(null) ? { values, valid: (row) => cells[row] !== null } : values;
}
