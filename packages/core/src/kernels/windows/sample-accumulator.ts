import type { Data, Field } from "apache-arrow";
import type { Statistic } from "../../contract.js";
import type { ColumnInput } from "../../table/batch.js";
import { fieldInfo } from "../../table/field.js";
import type { Accumulator } from "./accumulator.js";
import { Median } from "./median.js";
import { Moments } from "./moments.js";
import { numbersOf } from "./numbers.js";
import { OutputColumn } from "./output-column.js";
import type { Output } from "./plan.js";

/** Statistics of samples that are numbers of up to 53 bits; null and NaN are passed over, as pandas does. */
export class SampleAccumulator implements Accumulator {
  readonly #field: Field;
  readonly #outputs: readonly { readonly statistic: Statistic; readonly column: OutputColumn }[];
  readonly #spread: boolean;
  readonly #median: Median | undefined;
  readonly #moments = new Moments();
  readonly #scale: number;
  readonly #offset: number;
  #values: Float64Array = new Float64Array(0);

  constructor(field: Field, outputs: readonly Output[]) {
    this.#field = field;
    this.#outputs = outputs.map(({ statistic, field: made }) => ({ statistic, column: new OutputColumn(made) }));
    this.#spread = outputs.some(({ statistic }) => statistic === "stddev");
    this.#median = outputs.some(({ statistic }) => statistic === "median") ? new Median() : undefined;
    ({ scale: this.#scale = 1, offset: this.#offset = 0 } = fieldInfo(field));
  }

  load(columnOf: (name: string) => Data): void {
    this.#values = numbersOf(columnOf(this.#field.name));
  }

  add(from: number, to: number): void {
    this.#moments.add(this.#values, from, to, this.#spread);
    this.#median?.add(this.#values, from, to);
  }

  close(): void {
    const median = this.#median?.take() ?? 0;
    for (const { statistic, column } of this.#outputs) column.push(this.#result(statistic, median));
    this.#moments.reset();
  }

  take(windows: number): ColumnInput[] {
    return this.#outputs.map(({ column }) => column.take(windows));
  }

  /** In physical units, which are linear in the stored ones: so they are applied once a window. */
  #result(statistic: Statistic, median: number): number | null {
    const moments = this.#moments;
    const { count } = moments;
    if (statistic === "count") return count;
    if (count === 0) return null;
    const [scale, offset] = [this.#scale, this.#offset];
    if (statistic === "stddev") return count < 2 ? null : moments.stddev * Math.abs(scale);
    if (statistic === "mean") return moments.mean * scale + offset;
    if (statistic === "sum") return moments.sum * scale + offset * count;
    if (statistic === "median") return median * scale + offset;
    return ((statistic === "min") === scale >= 0 ? moments.min : moments.max) * scale + offset;
  }
}
