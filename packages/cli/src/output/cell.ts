import { formatNanos } from "@sonde/core";
import { cellOf, type Field, fieldInfo, type RecordBatch } from "@sonde/core/connector";
import type { DecodeCell } from "../source.js";
import type { TextColumn } from "./table.js";
import { printable } from "./text.js";

/** The columns of a table of rows: names with units, numbers to the right. */
export function textColumns(fields: readonly Field[]): TextColumn[] {
  return fields.map((field) => {
    const { unit } = fieldInfo(field);
    const name = unit === undefined || unit === "" ? field.name : `${field.name} [${unit}]`;
    return { name: printable(name), alignRight: /^(Int|Uint|Float|Decimal)/.test(String(field.type)) };
  });
}

/** The rows of batches as texts for people. */
export async function* textRows(
  batches: AsyncIterable<RecordBatch>,
  decode: DecodeCell | undefined,
): AsyncGenerator<readonly string[], void, undefined> {
  for await (const batch of batches) {
    const columns = batch.schema.fields.map((field: Field, index: number) => {
      // A batch has a column for each field.
      const data = batch.data.children[index] as Parameters<typeof cellOf>[0];
      const isTime = String(field.type).startsWith("Timestamp");
      const isEncoded = decode !== undefined && fieldInfo(field).encoding !== undefined;
      return (row: number) => {
        const cell = cellOf(data, row);
        return cellText(cell !== null && isEncoded ? decode(field, cell) : cell, isTime);
      };
    });
    for (let row = 0; row < batch.numRows; row++) yield columns.map((text) => text(row));
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
  if (ArrayBuffer.isView(cell) || Array.isArray(cell)) return listText(cell as unknown as ArrayLike<unknown>);
  const prototype: unknown = Object.getPrototypeOf(cell);
  if (cell instanceof Map) return mapText([...cell].map(([key, value]) => [cellText(key), value]));
  if (prototype === null || prototype === Object.prototype) return mapText(Object.entries(cell));
  return printable(String(cell));
}

function mapText(entries: readonly (readonly [string, unknown])[]): string {
  return `{${entries.map(([key, value]) => `${printable(key)}: ${cellText(value)}`).join(", ")}}`;
}

const mostItems = 4;

function listText(cells: ArrayLike<unknown>): string {
  const shown = Array.from({ length: Math.min(cells.length, mostItems) }, (_, index) => cellText(cells[index]));
  return `[${shown.join(", ")}${cells.length > mostItems ? `, … ${cells.length - mostItems} more` : ""}]`;
}
