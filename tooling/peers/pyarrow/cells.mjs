import { hex, number } from "../lib/exact.mjs";

/** A cell of a table as `tables.py` writes it. */
export function exactCell(cell) {
  if (cell === null || cell === undefined) return null;
  if (typeof cell === "boolean" || typeof cell === "string") return cell;
  if (typeof cell === "number" || typeof cell === "bigint") return number(cell);
  if (cell instanceof Uint8Array) return { bytes: hex(cell) };
  if (cell instanceof Date) return { date: cell.getTime() };
  if (Array.isArray(cell) || ArrayBuffer.isView(cell)) return Array.from(cell, exactCell);
  if (cell instanceof Map) return { map: [...cell].map(([key, value]) => [exactCell(key), exactCell(value)]) };
  return { map: Object.entries(cell).map(([key, value]) => [key, exactCell(value)]) };
}
