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

/** The cells of some rows: they are printed together. */
export type RowGroup = readonly (readonly string[])[];

/**
 * Rows as aligned lines, group by group: the first rows settle the widths; later ones that are wider push their line. What is
 * waiting is printed before an error of `groups` is thrown.
 */
export async function* tableLines(
  columns: readonly TextColumn[],
  groups: AsyncIterable<RowGroup>,
  { style, width = Number.POSITIVE_INFINITY, sample = 256, longestCell = 60, onLeftOut }: TableOptions,
): AsyncGenerator<string, void, undefined> {
  let waiting: RowGroup | undefined = [];
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
  const begin = (first: RowGroup): string => {
    const widths = columns.map(({ name }, index) =>
      first.reduce((most, cells) => Math.max(most, widthOf(cut(cells[index] ?? ""))), widthOf(cut(name))),
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
    for await (const group of groups) {
      if (waiting === undefined) {
        yield group.map((cells) => line(cells)).join("");
        continue;
      }
      waiting = [...waiting, ...group];
      if (waiting.length < sample) continue;
      const first: RowGroup = waiting;
      waiting = undefined;
      yield begin(first);
    }
  } catch (error) {
    if (waiting !== undefined && waiting.length > 0) yield begin(waiting);
    throw error;
  }
  if (waiting !== undefined) yield begin(waiting);
}
