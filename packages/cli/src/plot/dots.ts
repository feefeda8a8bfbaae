/** A drawing of dots, two across and four down in each character. */
export interface Dots {
  /** In dots. */
  readonly width: number;
  readonly height: number;
  /** From the top left; outside is not drawn. */
  set(x: number, y: number): void;
  /** A line of characters each. */
  lines(): string[];
}

/** The bit of each dot in U+2800 to U+28FF, row by row (Unicode Standard, chapter 21.1). */
const bits = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80] as const;

/** `columns` and `rows` in characters. */
export function createDots(columns: number, rows: number): Dots {
  const cells = new Uint8Array(columns * rows);
  const [width, height] = [2 * columns, 4 * rows];
  return {
    width,
    height,
    set(x, y) {
      if (!(x >= 0 && x < width && y >= 0 && y < height)) return;
      const cell = (y >> 2) * columns + (x >> 1);
      cells[cell] = (cells[cell] ?? 0) | (bits[2 * (y & 3) + (x & 1)] ?? 0);
    },
    lines: () =>
      Array.from({ length: rows }, (_, row) =>
        Array.from(cells.subarray(row * columns, (row + 1) * columns), (cell) =>
          cell === 0 ? " " : String.fromCodePoint(0x2800 + cell),
        ).join(""),
      ),
  };
}
