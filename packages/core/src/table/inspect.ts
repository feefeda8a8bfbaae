import { DataType, type Field, type RecordBatch, Table } from "apache-arrow";
import { cellOf } from "./column.js";
import { fieldInfo } from "./field.js";
import { cellText } from "./text.js";

export type PrintOptions = {
  /** Rows shown; 20 without. */
  readonly rows?: number | undefined;
  /** Columns of characters; 120 without. Columns that do not fit are named below. */
  readonly width?: number | undefined;
  /** An IANA name: times are shown in that zone. */
  readonly zone?: string | undefined;
};

/** A cell is cut to that many characters. */
const maxCell = 40;

/**
 * A table as people read it: aligned, with units, times as RFC 3339 to the nanosecond, fractions to nine significant digits, and what
 * was left out said in numbers.
 *
 * @example
 * ```ts
 * console.log(printTable(table, { rows: 5, zone: "Europe/Zurich" }));
 * ```
 */
export function printTable(table: Table | RecordBatch, options: PrintOptions = {}): string {
  const { rows: most = 20, width = 120, zone } = options;
  const total = table.numRows;
  const shown = Math.min(total, Math.max(0, Math.floor(most)));
  const batches = table instanceof Table ? table.batches : [table];
  const columns = table.schema.fields.map((field, index) => {
    const isTime = DataType.isTimestamp(field.type);
    const cells = firstCells(batches, index, shown).map((cell) => cut(cellText(cell, { isTime, zone, digits: 9 })));
    const header = cut(headerOf(field));
    return { field, header, cells, length: Math.max(...[header, ...cells].map(lengthOf)), right: isNumeric(field) };
  });

  let used = 0;
  const fitting = columns.filter((column, index) => (used += column.length + (index > 0 ? 2 : 0)) <= width || index === 0);
  const line = (texts: readonly string[]) =>
    fitting
      .map(({ length, right }, index) => padded(texts[index] ?? "", length, right))
      .join("  ")
      .trimEnd();
  const lines = [line(fitting.map(({ header }) => header))];
  for (let row = 0; row < shown; row++) lines.push(line(fitting.map(({ cells }) => cells[row] ?? "")));
  if (total > shown) lines.push(`… ${total - shown} more row${total - shown === 1 ? "" : "s"}`);
  if (total === 0) lines.push("no rows");
  const left = columns.slice(fitting.length).map(({ field }) => field.name);
  if (left.length > 0) lines.push(`… ${left.length} more column${left.length === 1 ? "" : "s"}: ${cut(left.join(", "), width - 20)}`);
  return lines.join("\n");
}

/**
 * The table itself, which now prints as {@link printTable} says: in Node's `console.log` and as output of a notebook cell.
 * The properties are not enumerable.
 */
export function printable<T extends Table | RecordBatch>(table: T): T {
  const print = () => printTable(table);
  const display = () => ({ "text/plain": printTable(table) });
  return Object.defineProperties(table, {
    [Symbol.for("nodejs.util.inspect.custom")]: { value: print, configurable: true },
    [Symbol.for("Jupyter.display")]: { value: display, configurable: true },
  });
}

function firstCells(batches: readonly RecordBatch[], column: number, rows: number): unknown[] {
  const cells: unknown[] = [];
  for (const batch of batches) {
    const data = batch.data.children[column];
    for (let row = 0; data !== undefined && row < batch.numRows && cells.length < rows; row++) cells.push(cellOf(data, row));
    if (cells.length === rows) break;
  }
  return cells;
}

function headerOf(field: Field): string {
  const { unit } = fieldInfo(field);
  const name = cellText(field.name, { isTime: false });
  return unit === undefined || unit === "" ? name : `${name} [${cellText(unit, { isTime: false })}]`;
}

function isNumeric({ type }: Field): boolean {
  return DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type);
}

/** In code points: near enough to columns of a terminal for what instruments write. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

function cut(text: string, most = maxCell): string {
  const points = [...text];
  return points.length <= most ? text : `${points.slice(0, Math.max(0, most - 1)).join("")}…`;
}

function padded(text: string, length: number, right: boolean): string {
  const space = " ".repeat(Math.max(0, length - lengthOf(text)));
  return right ? space + text : text + space;
}
