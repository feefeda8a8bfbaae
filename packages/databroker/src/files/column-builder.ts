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

  done(): Float64Array | readonly unknown[] {
    return this.#cells ?? this.#numbers.subarray(0, this.#length);
  }
}

/** The columns of one stream under way: one builder a field, aligned row by row. */
export class StreamBuilder {
  readonly seqNum = new ColumnBuilder();
  readonly time = new ColumnBuilder();
  readonly fields: ReadonlyMap<string, ColumnBuilder>;

  constructor(fields: readonly string[]) {
    this.fields = new Map(fields.map((field) => [field, new ColumnBuilder()]));
  }

  get rows(): number {
    return this.seqNum.length;
  }

  /** After the cells of an event or a page: whatever lacks a key has none there. */
  align(): void {
    const rows = Math.max(this.seqNum.length, this.time.length);
    while (this.seqNum.length < rows) this.seqNum.number(0);
    while (this.time.length < rows) this.time.number(Number.NaN);
    for (const builder of this.fields.values()) builder.padTo(rows);
  }
}
