/** Arrays as NumPy prints them, with its default options: 75 columns, 8 digits, the middle left out past 1000 elements. */

import type { Item, NdArray } from "./nd-array.js";
import { formatItems, scalarText } from "./nd-format.js";

const lineWidth = 75;
const threshold = 1000;
const edge = 3;

export function printArray(array: NdArray, item: (flat: number) => Item): string {
  const { shape, size } = array;
  if (shape.length === 0) return scalarText(item(0), array);
  if (size === 0) return "[]";
  const shown = shape.map((length) => indicesShown(length, size > threshold));
  const flats: number[] = [];
  collect(shape, shown, 0, 0, flats);
  const words = formatItems(array, flats, item).values();
  return layout(shown, 0, words, " ", lineWidth);
}

/** Indices along one dimension; -1 stands for those left out. */
function indicesShown(length: number, short: boolean): readonly number[] {
  if (!short || length <= 2 * edge) return Array.from({ length }, (_, k) => k);
  return [0, 1, 2, -1, length - 3, length - 2, length - 1];
}

function collect(shape: readonly number[], shown: readonly (readonly number[])[], axis: number, flat: number, flats: number[]): void {
  const indices = shown[axis];
  if (indices === undefined) {
    flats.push(flat);
    return;
  }
  for (const index of indices) if (index >= 0) collect(shape, shown, axis + 1, flat * (shape[axis] ?? 1) + index, flats);
}

/** `indent` goes before every line but the first; `width` is what the lines of this dimension may take. */
function layout(shown: readonly (readonly number[])[], axis: number, words: Iterator<string>, indent: string, width: number): string {
  const indices = shown[axis] ?? [];
  if (axis === shown.length - 1) return `[${fill(indices, words, indent, width - 1)}]`;
  const blocks = indices.map((index) => (index < 0 ? "..." : layout(shown, axis + 1, words, `${indent} `, width - 1)));
  return `[${blocks.join("\n".repeat(shown.length - 1 - axis) + indent)}]`;
}

/** Words in lines of at most `width` characters (code points, as Python counts), the indent included. */
function fill(indices: readonly number[], words: Iterator<string>, indent: string, width: number): string {
  let text = "";
  let line = indent;
  let used = indent.length;
  for (const [k, index] of indices.entries()) {
    const word = index < 0 ? "..." : String(words.next().value);
    const length = Array.from(word).length;
    if (k > 0) {
      line += " ";
      used++;
    }
    if (used + length > width && used > indent.length) {
      text += `${line.trimEnd()}\n`;
      line = indent;
      used = indent.length;
    }
    line += word;
    used += length;
  }
  return (text + line).slice(indent.length);
}
