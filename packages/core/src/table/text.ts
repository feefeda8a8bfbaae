import { formatNanos } from "../time/format.js";
import { isTypedArray } from "./typed-array.js";

/**
 * A cell as text for people: nanoseconds as RFC 3339 where they are times, long arrays and bytes cut short, control
 * characters escaped. `digits`: significant ones of a fraction; all without.
 */
export function cellText(
  cell: unknown,
  options: { readonly isTime: boolean; readonly zone?: string | undefined; readonly digits?: number | undefined },
): string {
  if (cell === null || cell === undefined) return "null";
  if (typeof cell === "bigint") return options.isTime ? formatNanos(cell, { zone: options.zone }) : String(cell);
  if (typeof cell === "number") return numberText(cell, options.digits);
  if (typeof cell === "string") return printable(cell);
  if (cell instanceof Date) return cell.toISOString();
  if (cell instanceof Uint8Array) return `<${cell.length} bytes>`;
  if (isTypedArray(cell) || Array.isArray(cell)) return listText(cell);
  if (cell instanceof Map) return `{${[...cell].map(([key, value]) => `${nested(key)}: ${nested(value)}`).join(", ")}}`;
  if (typeof cell === "object") {
    return `{${Object.entries(cell)
      .map(([key, value]) => `${printable(key)}: ${nested(value)}`)
      .join(", ")}}`;
  }
  return String(cell);
}

/** All digits, or as many significant ones as `digits` says: -36.660000000000004 is -36.66 to nine. */
function numberText(value: number, digits: number | undefined): string {
  if (Object.is(value, -0)) return "-0";
  return digits === undefined || Number.isInteger(value) || !Number.isFinite(value)
    ? String(value)
    : String(Number(value.toPrecision(digits)));
}

const nested = (cell: unknown): string => cellText(cell, { isTime: false });

function listText(cells: ArrayLike<unknown>): string {
  const shown = Array.from({ length: Math.min(cells.length, 4) }, (_, index) => nested(cells[index]));
  return `[${shown.join(", ")}${cells.length > 4 ? `, … ${cells.length - 4} more` : ""}]`;
}

/** Control characters would move the cursor of a terminal, and text came from elsewhere. */
function printable(text: string): string {
  return text.replace(/\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const known = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
    return known ?? `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
  });
}
