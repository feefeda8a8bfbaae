import type { Data, Field } from "apache-arrow";
import type { Statistic } from "../../contract.js";
import type { ColumnInput } from "../../table/batch.js";
import { fieldInfo } from "../../table/field.js";
import { lowWord, wordsOf } from "../../table/nanos-offsets.js";
import type { Accumulator } from "./accumulator.js";
import { fittingSum } from "./fitting-sum.js";
import { Median } from "./median.js";
import { Moments } from "./moments.js";
import { OutputColumn } from "./output-column.js";
import { isExact64, type Output } from "./plan.js";

const wordSize = 4_294_967_296;
/** Sums of that many 32-bit words are exact in a double. */
const blockRows = 2 ** 20;

/**
 * Statistics of 64-bit integers, read as two words each. Least, greatest and sum are exact; mean, spread and median are
 * taken of the distances from the window's first value, so that large values close together lose nothing.
 */
export class IntegerAccumulator implements Accumulator {
  readonly #field: Field;
  readonly #outputs: readonly { readonly statistic: Statistic; readonly column: OutputColumn }[];
  readonly #spread: boolean;
  readonly #median: Median | undefined;
  readonly #moments = new Moments();
  readonly #scale: number;
  readonly #offset: number;
  readonly #exact: boolean;
  #words = wordsOf(new BigInt64Array(0));
  #data: Data | undefined;
  #distances = new Float64Array(0);
  #first: bigint | undefined;
  #sum = 0n;
  #min = { high: 0, low: 0 };
  #max = { high: 0, low: 0 };

  constructor(field: Field, outputs: readonly Output[]) {
    this.#field = field;
    this.#outputs = outputs.map(({ statistic, field: made }) => ({ statistic, column: new OutputColumn(made) }));
    this.#spread = outputs.some(({ statistic }) => statistic === "stddev");
    this.#median = outputs.some(({ statistic }) => statistic === "median") ? new Median() : undefined;
    ({ scale: this.#scale = 1, offset: this.#offset = 0 } = fieldInfo(field));
    this.#exact = isExact64(field);
  }

  load(columnOf: (name: string) => Data): void {
    const data = columnOf(this.#field.name);
    this.#words = wordsOf(data.values.subarray(0, data.length));
    this.#data = data.nullCount > 0 ? data : undefined;
    if (this.#distances.length < data.length) this.#distances = new Float64Array(data.length);
  }

  add(from: number, to: number): void {
    for (let start = from; start < to; start += blockRows) this.#block(start, Math.min(start + blockRows, to));
    this.#moments.add(this.#distances, from, to, this.#spread);
    this.#median?.add(this.#distances, from, to);
  }

  #block(from: number, to: number): void {
    const { low: lows, high: highs } = this.#words;
    const data = this.#data;
    const distances = this.#distances;
    if (this.#first === undefined) {
      let row = from;
      while (row < to && data?.getValid(row) === false) distances[row++] = Number.NaN;
      if (row === to) return;
      from = row;
      this.#min = { high: highs[2 * row + 1 - lowWord] as number, low: lows[2 * row + lowWord] as number };
      this.#max = { ...this.#min };
      this.#first = joined(this.#min);
    }
    const firstLow = Number(BigInt.asUintN(32, this.#first));
    const firstHigh = Number(this.#first >> 32n);
    let { high: minHigh, low: minLow } = this.#min;
    let { high: maxHigh, low: maxLow } = this.#max;
    let highSum = 0;
    let lowSum = 0;
    for (let row = from; row < to; row++) {
      if (data !== undefined && !data.getValid(row)) {
        distances[row] = Number.NaN;
        continue;
      }
      // In bounds: two words a row.
      const high = highs[2 * row + 1 - lowWord] as number;
      const low = lows[2 * row + lowWord] as number;
      distances[row] = (high - firstHigh) * wordSize + (low - firstLow);
      highSum += high;
      lowSum += low;
      if (high < minHigh || (high === minHigh && low < minLow)) {
        minHigh = high;
        minLow = low;
      }
      if (high > maxHigh || (high === maxHigh && low > maxLow)) {
        maxHigh = high;
        maxLow = low;
      }
    }
    this.#min = { high: minHigh, low: minLow };
    this.#max = { high: maxHigh, low: maxLow };
    this.#sum += (BigInt(highSum) << 32n) + BigInt(lowSum);
  }

  close(start: bigint): void {
    const median = this.#median?.take() ?? 0;
    for (const { statistic, column } of this.#outputs) column.push(this.#result(statistic, median, start));
    this.#moments.reset();
    this.#first = undefined;
    this.#sum = 0n;
  }

  take(windows: number): ColumnInput[] {
    return this.#outputs.map(({ column }) => column.take(windows));
  }

  #result(statistic: Statistic, median: number, start: bigint): number | bigint | null {
    const { count, stddev } = this.#moments;
    if (statistic === "count") return count;
    if (this.#first === undefined) return null;
    const [scale, offset] = [this.#scale, this.#offset];
    if (statistic === "stddev") return count < 2 ? null : stddev * Math.abs(scale);
    if (statistic === "mean") return quotient(this.#sum, BigInt(count)) * scale + offset;
    if (statistic === "median") return (Number(this.#first) + median) * scale + offset;
    if (statistic === "sum")
      return this.#exact ? fittingSum(this.#sum, this.#field.type, start) : Number(this.#sum) * scale + offset * count;
    if (this.#exact) return joined(statistic === "min" ? this.#min : this.#max);
    return Number(joined((statistic === "min") === scale >= 0 ? this.#min : this.#max)) * scale + offset;
  }
}

function joined(words: { readonly high: number; readonly low: number }): bigint {
  return (BigInt(words.high) << 32n) + BigInt(words.low);
}

/** Whole part and fraction apart: the nearest double but for one rounding. */
function quotient(sum: bigint, count: bigint): number {
  const whole = sum / count;
  return Number(whole) + Number(sum - whole * count) / Number(count);
}
