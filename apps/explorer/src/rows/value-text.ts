import { isTypedArray } from "@sonde/core/connector";
import { NdArray } from "@sonde/msgpack-numpy";

/** Letters that a cell of a table shows. */
const cellLetters = 120;

/** A value on one line, cut where it is long: for cells. Integers are exact, whatever their size. */
export function cellText(value: unknown): string {
  const text = lineOf(value, 0);
  return text.length > cellLetters ? `${text.slice(0, cellLetters)}…` : text;
}

function lineOf(value: unknown, depth: number): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return depth === 0 ? value : JSON.stringify(value);
  if (typeof value !== "object") return String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array && depth === 0) return `${value.length} bytes`;
  const list = listOf(value);
  if (depth > 4) return "…";
  if (list !== undefined) {
    const shown = Array.from(list.slice(0, 8), (item) => lineOf(item, depth + 1));
    return `[${shown.join(", ")}${list.length > 8 ? `, … ${list.length - 8} more` : ""}]`;
  }
  const entries = entriesOf(value).slice(0, 16);
  return `{${entries.map(([key, item]) => `${key}: ${lineOf(item, depth + 1)}`).join(", ")}}`;
}

/** A value on as many lines as it takes, for reading; at most about `letters`. */
export function prettyText(value: unknown, letters = 20_000): string {
  let room = letters;
  const write = (item: unknown, indent: string): string => {
    if (room <= 0) return "…";
    const text = inner(item, indent);
    room -= Math.min(text.length, 64);
    return text;
  };
  const inner = (item: unknown, indent: string): string => {
    if (item === null || item === undefined) return "null";
    if (typeof item === "string") return JSON.stringify(item);
    if (typeof item !== "object") return String(item);
    if (item instanceof Date) return item.toISOString();
    const more = `${indent}  `;
    const list = listOf(item);
    if (list !== undefined) {
      const name = Array.isArray(item) ? "" : `${item.constructor.name}(${list.length}) `;
      const shown = Array.from(list.slice(0, 256), (one) => write(one, more));
      if (list.length > 256) shown.push(`… ${list.length - 256} more`);
      const line = shown.join(", ");
      return line.length < 100 && !line.includes("\n") ? `${name}[${line}]` : `${name}[\n${more}${shown.join(`,\n${more}`)}\n${indent}]`;
    }
    const lines = entriesOf(item).map(([key, one]) => `${JSON.stringify(key)}: ${write(one, more)}`);
    return lines.length === 0 ? "{}" : `{\n${more}${lines.join(`,\n${more}`)}\n${indent}}`;
  };
  return write(value, "");
}

/** Bytes as hexadecimal, sixteen a line with their place; at most 4 KiB of them. */
export function hexText(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, 4096); at += 16) {
    const row = Array.from(bytes.subarray(at, at + 16));
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const letters = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·")).join("");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${hex.padEnd(47)}  ${letters}`);
  }
  if (bytes.length > 4096) lines.push(`… ${bytes.length - 4096} more bytes`);
  return lines.join("\n");
}

type List = { readonly length: number; slice(from: number, to: number): Iterable<unknown> };

function listOf(value: object): List | undefined {
  if (Array.isArray(value)) return value;
  if (value instanceof NdArray) return listOf(value.data);
  return isTypedArray(value) ? value : undefined;
}

function entriesOf(value: object): [string, unknown][] {
  if (value instanceof Map) return [...value].map(([key, item]) => [typeof key === "bigint" ? String(key) : cellText(key), item]);
  return Object.entries(value);
}
