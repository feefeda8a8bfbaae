/**
 * Least, greatest, sum, mean and spread of numbers where NaN stands for none. Blocks of 2,048 stay in the first-level
 * cache, so that the spread can be taken about each block's own mean (a second pass that costs no memory traffic), and
 * blocks merge by Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances"
 * (1979). Sums of blocks are compensated (Neumaier, 1974).
 */
export class Moments {
  count = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  /** Of squared distances from the mean. */
  squares = 0;
  /** The mean in two parts: what the first rounds off matters where values are large and close together. */
  #mean = 0;
  #meanRest = 0;
  #sum = 0;
  #lost = 0;

  reset(): void {
    this.count = this.squares = this.#mean = this.#meanRest = this.#sum = this.#lost = 0;
    this.min = Number.POSITIVE_INFINITY;
    this.max = Number.NEGATIVE_INFINITY;
  }

  get sum(): number {
    // Past an infinity the compensation is NaN and means nothing.
    return Number.isFinite(this.#sum) ? this.#sum + this.#lost : this.#sum;
  }

  get mean(): number {
    return this.sum / this.count;
  }

  /** Of a sample (n - 1); NaN below two values. */
  get stddev(): number {
    return this.count < 2 ? Number.NaN : Math.sqrt(this.squares / (this.count - 1));
  }

  /** Takes the numbers `from` up to `to` (exclusive); the spread only where `spread` asks. */
  add(values: Float64Array, from: number, to: number, spread: boolean): void {
    for (let start = from; start < to; start += 2048) this.#block(values, start, Math.min(start + 2048, to), spread);
  }

  /** Takes a group of which only its count, sum and squared distances from its mean are known; `rest` is what `sum / count` is off. */
  merge(count: number, sum: number, squares: number, rest = 0): void {
    if (count === 0) return;
    const mean = sum / count;
    if (this.count === 0) {
      this.squares = squares;
      this.#mean = mean;
      this.#meanRest = rest;
    } else {
      const distance = mean - this.#mean + (rest - this.#meanRest);
      const share = count / (this.count + count);
      this.squares += squares + distance * distance * this.count * share;
      const moved = this.#meanRest + distance * share;
      const before = this.#mean;
      this.#mean = before + moved;
      this.#meanRest = before - this.#mean + moved;
    }
    this.count += count;
    const next = this.#sum + sum;
    this.#lost += Math.abs(this.#sum) >= Math.abs(sum) ? this.#sum - next + sum : sum - next + this.#sum;
    this.#sum = next;
  }

  #block(values: Float64Array, from: number, to: number, spread: boolean): void {
    let { min, max } = this;
    let [a, b, c, d] = [0, 0, 0, 0];
    let index = from;
    // Every index below is in bounds by its loop's condition.
    for (; index + 3 < to; index += 4) {
      const v = values[index] as number;
      const w = values[index + 1] as number;
      const x = values[index + 2] as number;
      const y = values[index + 3] as number;
      a += v;
      b += w;
      c += x;
      d += y;
      if (v < min) min = v;
      if (v > max) max = v;
      if (w < min) min = w;
      if (w > max) max = w;
      if (x < min) min = x;
      if (x > max) max = x;
      if (y < min) min = y;
      if (y > max) max = y;
    }
    for (; index < to; index++) {
      const v = values[index] as number;
      a += v;
      if (v < min) min = v;
      if (v > max) max = v;
    }
    // Comparisons pass over NaN by themselves.
    this.min = min;
    this.max = max;
    let count = to - from;
    let sum = a + b + (c + d);
    if (Number.isNaN(sum)) [count, sum] = withoutNaN(values, from, to);
    const { squares, rest } = spread && count > 0 ? squaresAbout(values, from, to, sum / count) : { squares: 0, rest: 0 };
    this.merge(count, sum, squares, rest);
  }
}

function withoutNaN(values: Float64Array, from: number, to: number): [count: number, sum: number] {
  let count = 0;
  let sum = 0;
  for (let index = from; index < to; index++) {
    const value = values[index] as number;
    if (!Number.isNaN(value)) {
      count++;
      sum += value;
    }
  }
  return [count, sum];
}

/** The squared distances from the true mean, which is `mean + rest`. */
function squaresAbout(values: Float64Array, from: number, to: number, mean: number): { squares: number; rest: number } {
  let [a, b, c, d, e, f] = [0, 0, 0, 0, 0, 0];
  let index = from;
  for (; index + 1 < to; index += 2) {
    const v = (values[index] as number) - mean;
    const w = (values[index + 1] as number) - mean;
    a += v;
    b += w;
    c += v * v;
    d += w * w;
  }
  for (; index < to; index++) {
    const v = (values[index] as number) - mean;
    e += v;
    f += v * v;
  }
  const squares = c + d + f;
  const rest = (a + b + e) / (to - from);
  if (!Number.isNaN(squares)) return { squares: squares - rest * rest * (to - from), rest };
  // Missing values, or infinities, whose spread is NaN.
  let count = 0;
  let off = 0;
  let sum = 0;
  for (index = from; index < to; index++) {
    const value = values[index] as number;
    if (Number.isNaN(value)) continue;
    count++;
    off += value - mean;
    sum += (value - mean) ** 2;
  }
  return { squares: sum - off ** 2 / count, rest: off / count };
}
