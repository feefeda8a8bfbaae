import type { StreamColumns } from "../catalog/types.js";

/** Collects the cells of one column: plain numbers into a typed array, anything else as it is. */
export class ColumnBuilder {
  #numbers: Float64Array = new Float64Array(1024);
  /** From the first cell on that is no number. */
  #cells: unknown[] | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  number(value: number): void {
    if (this.#cells !== undefined) {
      this.#cells.push(value);
      this.#length++;
      return;
    }
    if (this.#length === this.#numbers.length) {
      const grown = new Float64Array(this.#length * 2);
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    this.#numbers[this.#length++] = value;
  }

  push(value: unknown): void {
    if (typeof value === "number") {
      this.number(value);
      return;
    }
    this.#cells ??= Array.from(this.#numbers.subarray(0, this.#length));
    this.#cells.push(value);
    this.#length++;
  }

  /** Rows that have no such key. */
  padTo(length: number): void {
    while (this.#length < length) this.push(undefined);
  }

  cutTo(length: number): void {
    if (this.#length <= length) return;
    this.#length = length;
    if (this.#cells !== undefined) this.#cells.length = length;
  }

  done(): Float64Array | readonly unknown[] {
    return this.#cells ?? this.#numbers.subarray(0, this.#length);
  }
}

/** The columns of one stream under way: one builder a field, aligned row by row. */
export class StreamBuilder {
  readonly seqNum = new ColumnBuilder();
  readonly time = new ColumnBuilder();
  readonly fields: ReadonlyMap<string, ColumnBuilder>;
  #rows = 0;

  constructor(fields: readonly string[]) {
    this.fields = new Map(fields.map((field) => [field, new ColumnBuilder()]));
  }

  /** Those that are complete. */
  get rows(): number {
    return this.#rows;
  }

  /** After the cells of an event or a page: what lacks a key has none there, and what has more cells than there are rows loses them. */
  align(): void {
    this.#rows = Math.max(this.seqNum.length, this.time.length);
    while (this.seqNum.length < this.#rows) this.seqNum.number(0);
    while (this.time.length < this.#rows) this.time.number(Number.NaN);
    for (const builder of this.fields.values()) {
      builder.padTo(this.#rows);
      builder.cutTo(this.#rows);
    }
  }

  /** Takes back the cells of an event that turned out to be damaged. */
  cut(): void {
    for (const builder of [this.seqNum, this.time, ...this.fields.values()]) builder.cutTo(this.#rows);
  }
}

/** An event as a decoder made it. */
export function addEvent(
  builder: StreamBuilder,
  event: { readonly seq_num: unknown; readonly time: unknown; readonly data: Readonly<Record<string, unknown>> },
): void {
  builder.seqNum.push(event.seq_num);
  builder.time.push(event.time);
  for (const [field, column] of builder.fields) column.push(Object.hasOwn(event.data, field) ? event.data[field] : undefined);
  builder.align();
}

export function columnsOf(builder: StreamBuilder): StreamColumns {
  return {
    seqNum: numbersOf(builder.seqNum.done()),
    time: numbersOf(builder.time.done()),
    data: new Map([...builder.fields].map(([field, column]) => [field, column.done()])),
  };
}

function numbersOf(cells: Float64Array | readonly unknown[]): ArrayLike<number> {
  return cells instanceof Float64Array
    ? cells
    : Float64Array.from(cells, (cell) => (cell === null || cell === undefined ? Number.NaN : Number(cell)));
}
