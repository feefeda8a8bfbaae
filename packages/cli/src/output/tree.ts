import type { Json } from "@sonde/core";
import { cellText } from "./cell.js";
import type { Style } from "./style.js";
import { printable } from "./text.js";

/** Metadata deeper than that are shown in one line. */
const deepest = 6;
const longestLine = 2000;

/** Metadata for people: a line a value, records indented below their name. */
export function treeLines(metadata: { readonly [key: string]: Json }, style: Style, depth = 0): string {
  let text = "";
  for (const [key, value] of Object.entries(metadata)) {
    const name = `${"  ".repeat(depth)}${style.dim(printable(key))}`;
    if (isRecord(value) && Object.keys(value).length > 0 && depth < deepest) text += `${name}\n${treeLines(value, style, depth + 1)}`;
    else text += `${name}  ${cut(cellText(value))}\n`;
  }
  return text;
}

function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function cut(text: string): string {
  const points = [...text];
  return points.length <= longestLine ? text : `${points.slice(0, longestLine - 1).join("")}…`;
}
