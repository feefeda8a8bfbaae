import { formatNanos } from "@sonde/core";
import type { FluxResult, FluxRow } from "./flux-run.js";

/** Results as annotated CSV, a block for each set of columns and types. InfluxDB OSS v2, "Annotated CSV". */
export function annotatedCsv(results: readonly FluxResult[]): string {
  const blocks: string[] = [];
  for (const { name, tables } of results) {
    let header = "";
    let lines: string[] = [];
    const flush = () => {
      if (lines.length > 0) blocks.push(`${header}${lines.join("")}`);
      lines = [];
    };
    for (const [index, { group, rows }] of tables.filter((table) => table.rows.length > 0).entries()) {
      const columns = Object.keys(rows[0] ?? {});
      const own = headerOf(name, columns, rows[0] ?? {}, group);
      if (own !== header) flush();
      header = own;
      for (const row of rows) lines.push(`,,${index},${columns.map((column) => cell(column, row[column])).join(",")}\r\n`);
    }
    flush();
  }
  return blocks.map((block) => `${block}\r\n`).join("");
}

function headerOf(name: string, columns: readonly string[], row: FluxRow, group: readonly string[]): string {
  const line = (cells: readonly string[]) => `${cells.join(",")}\r\n`;
  return [
    line(["#datatype", "string", "long", ...columns.map((column) => datatype(column, row[column]))]),
    line(["#group", "false", "false", ...columns.map((column) => String(group.includes(column)))]),
    line(["#default", quoted(name), "", ...columns.map(() => "")]),
    line(["", "result", "table", ...columns.map(quoted)]),
  ].join("");
}

const TIMES = new Set(["_time", "_start", "_stop"]);

function datatype(column: string, value: unknown): string {
  if (TIMES.has(column)) return "dateTime:RFC3339";
  if (value instanceof Object) return "unsignedLong";
  if (typeof value === "bigint") return "long";
  if (typeof value === "boolean") return "boolean";
  return typeof value === "number" ? "double" : "string";
}

function cell(column: string, value: unknown): string {
  if (typeof value === "number") return Number.isFinite(value) || Number.isNaN(value) ? String(value) : value > 0 ? "+Inf" : "-Inf";
  if (typeof value === "bigint") return TIMES.has(column) ? formatNanos(value) : String(value);
  if (value instanceof Object && "unsigned" in value) return String(value.unsigned);
  return quoted(String(value ?? ""));
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
