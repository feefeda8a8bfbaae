import type { Style } from "./style.js";
import { widthOf } from "./text.js";

export type TextColumn = { readonly name: string; readonly alignRight?: boolean };
export type TableOptions = {
  readonly style: Style;
  /** Characters of the terminal; columns that do not fit are left out. Absent: no bound. */
  readonly width?: number | undefined;
  /** Rows that are looked at for the columns' widths before the first is printed. */
  readonly sample?: number;
  /** A cell is cut to that many characters; 60 without. */
  readonly longestCell?: number;
  /** Told once, before the first line, when columns are left out. */
  readonly onLeftOut?: (names: readonly string[]) => void;
};

const gap = "  ";

/**
 * Rows as aligned lines, piece by piece: the first rows settle the widths; later ones that are wider push their line. What is
 * waiting is printed before an error of `rows` is thrown.
 */
export async function* tableLines(
  columns: readonly TextColumn[],
  rows: AsyncIterable<readonly string[]>,
  { style, width = Number.POSITIVE_INFINITY, sample = 256, longestCell = 60, onLeftOut }: TableOptions,
): AsyncGenerator<string, void, undefined> {
  let waiting: (readonly string[])[] | undefined = [];
  let fitting: readonly { readonly column: TextColumn; readonly index: number; readonly width: number }[] = [];

  const cut = (text: string): string => {
    const points = [...text];
    return points.length <= longestCell ? text : `${points.slice(0, longestCell - 1).join("")}…`;
  };
  const line = (cells: readonly string[], mark: (text: string) => string = (text) => text) =>
    fitting
      .map(({ column, index, width }) => {
        const text = cut(cells[index] ?? "");
        const space = " ".repeat(Math.max(0, width - widthOf(text)));
        return column.alignRight ? space + mark(text) : mark(text) + space;
      })
      .join(gap)
      .trimEnd() + "\n";
  const begin = (first: readonly (readonly string[])[]): string => {
    const widths = columns.map(({ name }, index) =>
      Math.max(widthOf(cut(name)), ...first.map((cells) => widthOf(cut(cells[index] ?? "")))),
    );
    let used = -gap.length;
    fitting = columns
      .map((column, index) => ({ column, index, width: widths[index] ?? 0 }))
      .filter((one, index) => (used += one.width + gap.length) <= width || index === 0);
    if (fitting.length < columns.length) onLeftOut?.(columns.slice(fitting.length).map(({ name }) => name));
    const header = line(
      columns.map(({ name }) => name),
      style.bold,
    );
    return header + first.map((cells) => line(cells)).join("");
  };

  try {
    for await (const cells of rows) {
      if (waiting === undefined) yield line(cells);
      else if (waiting.push(cells) >= sample) {
        const first = waiting;
        waiting = undefined;
        yield begin(first);
      }
    }
  } catch (error) {
    if (waiting !== undefined && waiting.length > 0) yield begin(waiting);
    throw error;
  }
  if (waiting !== undefined) yield begin(waiting);
}
