import type { DecodeCell } from "@sonde/core";
import { formatNanos } from "@sonde/core";
import { cellOf, type Field, fieldInfo, isTypedArray, type RecordBatch } from "@sonde/core/connector";
import type { RowGroup, TextColumn } from "./table.js";
import { printable } from "./text.js";

/** The columns of a table of rows: names with units, numbers to the right. */
export function textColumns(fields: readonly Field[]): TextColumn[] {
  return fields.map((field) => {
    const unit = unitText(field);
    const name = unit === "" ? field.name : `${field.name} [${unit}]`;
    return { name: printable(name), alignRight: /^(Int|Uint|Float|Decimal)/.test(String(field.type)) };
  });
}

/** The unit of a column's stored numbers: "V", or "0.195 µV" where they are to be scaled, "0.5 °C - 40" with an offset. */
export function unitText(field: Field): string {
  const { unit = "", scale = 1, offset = 0 } = fieldInfo(field);
  const scaled = scale === 1 ? unit : `${scale} ${unit}`.trimEnd();
  return offset === 0 ? scaled : `${scaled} ${offset < 0 ? "-" : "+"} ${Math.abs(offset)}`;
}

/** Rows that are printed together: enough to be fast, few enough to come at once. */
const groupRows = 1024;

/** The rows of batches as texts for people. */
export async function* textRows(
  batches: AsyncIterable<RecordBatch>,
  decode: DecodeCell | undefined,
): AsyncGenerator<RowGroup, void, undefined> {
  for await (const batch of batches) {
    const columns = batch.schema.fields.map((field: Field, index: number) => {
      // A batch has a column for each field.
      const data = batch.data.children[index] as Parameters<typeof cellOf>[0];
      const type = String(field.type);
      const isTime = type.startsWith("Timestamp");
      const isEncoded = decode !== undefined && fieldInfo(field).encoding !== undefined;
      return (row: number) => {
        const cell = cellOf(data, row);
        if (typeof cell === "number" && type === "Float32") return float32Text(cell);
        return cellText(cell !== null && isEncoded ? decode(field, cell) : cell, isTime);
      };
    });
    for (let from = 0; from < batch.numRows; from += groupRows) {
      const rows = Math.min(groupRows, batch.numRows - from);
      yield Array.from({ length: rows }, (_, k) => columns.map((text) => text(from + k)));
    }
  }
}

/** A value for people: times as RFC 3339, long lists cut short, nothing that steers the terminal. */
export function cellText(cell: unknown, isTime = false): string {
  if (cell === null || cell === undefined) return "null";
  if (typeof cell === "bigint") return isTime ? formatNanos(cell) : String(cell);
  if (typeof cell === "string") return printable(cell);
  if (typeof cell !== "object") return Object.is(cell, -0) ? "-0" : String(cell);
  if (cell instanceof Date) return cell.toISOString();
  if (cell instanceof Uint8Array) return `<${cell.length} bytes>`;
  if (cell instanceof Float32Array) return listText(cell, (item) => float32Text(Number(item)));
  if (isTypedArray(cell) || Array.isArray(cell)) return listText(cell, (item) => cellText(item));
  const prototype: unknown = Object.getPrototypeOf(cell);
  if (cell instanceof Map) return mapText([...cell].map(([key, value]) => [cellText(key), value]));
  if (prototype === null || prototype === Object.prototype) return mapText(Object.entries(cell));
  return printable(String(cell));
}

function mapText(entries: readonly (readonly [string, unknown])[]): string {
  return `{${entries.map(([key, value]) => `${printable(key)}: ${cellText(value)}`).join(", ")}}`;
}

const mostItems = 4;

function listText(cells: ArrayLike<unknown>, textOf: (item: unknown) => string): string {
  const shown = Array.from({ length: Math.min(cells.length, mostItems) }, (_, index) => textOf(cells[index]));
  return `[${shown.join(", ")}${cells.length > mostItems ? `, … ${cells.length - mostItems} more` : ""}]`;
}

/** The fewest digits that give the same 32-bit float: 1.17, not 1.1699999570846558. */
function float32Text(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Object.is(Math.fround(short), value)) return cellText(short);
  }
  return cellText(value);
}
