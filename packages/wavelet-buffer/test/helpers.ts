import { decompose, type WaveletBuffer, type WaveletParameters } from "../src/index.js";

/** What `action` throws: its code and details where it is an error of Sonde, else the error itself. */
export function thrown(action: () => unknown): { readonly [detail: string]: unknown } {
  try {
    action();
  } catch (error) {
    if (error instanceof Error && Symbol.for("sonde.error") in error) return { ...error, message: error.message };
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** The greatest difference, as a share of the greatest amount in `expected`; Infinity where the lengths differ. */
export function deviation(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  let difference = 0;
  for (let k = 0; k < expected.length; k++) {
    most = Math.max(most, Math.abs(expected[k]!));
    difference = Math.max(difference, Math.abs(actual[k]! - expected[k]!));
  }
  if (difference === 0) return 0;
  return difference / most;
}

/** Waves and a little noise, the same in every run. */
export function signal(length: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, (_, k) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return Math.sin(k / 7) + 0.3 * Math.cos(k / 2.1) + state / 2 ** 36;
  });
}

export function bufferOf(parameters: WaveletParameters, seed = 1): WaveletBuffer {
  const size = parameters.signalShape.reduce<number>((product, side) => product * side, 1) * parameters.signalNumber;
  return decompose(signal(size, seed), parameters);
}

/** Everything that can be asked of a blob; throws what decoding throws. */
export function unfold(buffer: WaveletBuffer): void {
  buffer.summary();
  buffer.compose({ scale: buffer.parameters.decompositionSteps });
  buffer.compose();
  buffer.energyDistribution();
}

/** Bytes of the primitives of version 2, for blobs that nothing writes any more. */
export class Blob2 {
  readonly bytes: number[] = [];

  u8(...values: readonly number[]): this {
    this.bytes.push(...values);
    return this;
  }

  u64(...values: readonly number[]): this {
    for (const value of values) for (let k = 0; k < 8; k++) this.bytes.push(Math.floor(value / 256 ** k) % 256);
    return this;
  }

  floats(...values: readonly number[]): this {
    this.bytes.push(...new Uint8Array(Float32Array.from(values).buffer));
    return this;
  }

  matrix(rows: number, columns: number, ...values: readonly number[]): this {
    return this.u8(1, 1, 3, 4)
      .u64(rows, columns, rows * columns)
      .floats(...values);
  }

  objects(count: number): this {
    return this.u8(1, 0, 0, 24).u64(count, count);
  }

  byteVector(bytes: readonly number[]): this {
    return this.u8(1, 0, 2, 1)
      .u64(bytes.length, bytes.length)
      .u8(...bytes);
  }

  header(version: number, shape: readonly number[], signals: number, steps: number, wavelet: number, level: number): this {
    return this.u8(version)
      .u64(shape.length, ...shape, signals, steps)
      .u8(wavelet, 0, 0, 0, level);
  }

  get done(): Uint8Array {
    return Uint8Array.from(this.bytes);
  }
}

/** A writer of SF streams with one code for all numbers: 7 bits, so that at most 127 zeros lie between two values. */
export function sfStream(rows: number, columns: number, values: readonly number[]): number[] {
  const bits: number[] = [];
  const put = (value: number, count: number) => {
    for (let k = count - 1; k >= 0; k--) bits.push(Math.floor(value / 2 ** k) & 1);
  };
  /** Writes by trial what a reader of choices turns into `value`. */
  const choice = (value: number, choices: number) => {
    let most = 0;
    while (2 ** most < choices) most++;
    const spare = 2 ** most - choices + 1;
    if (spare === 1) return put(value, most);
    const z = Math.floor(Math.log2(spare));
    if (value === 0) return put(0, most - z);
    if (value <= spare - 2 ** z) return put(value - 1 + 2 ** (z - 1), most - 1);
    return put(value + spare - 1, most);
  };
  const width = Math.ceil(Math.log2(Math.max(rows, columns) + 1));
  put(0, 2);
  put(1, 1);
  choice(width, 32);
  put(rows, width);
  put(columns, width);
  const nonzero = values.filter((value) => value !== 0);
  put(nonzero.length === 0 ? 0 : 3, 2);
  if (nonzero.length > 0) {
    choice(nonzero.length, rows * columns + 1);
    choice(15, 16); // 23 bits of fraction
    choice(7, 8);
    choice(7, 32);
    // One pool each: up to 128 of codes that reach 127.
    choice(14, 16);
    choice(15, 16);
    let exponent = 127;
    let zeros = 0;
    for (const value of values) {
      if (value === 0) {
        zeros++;
        continue;
      }
      const word = new Uint32Array(Float32Array.of(value).buffer)[0]!;
      const next = (word >>> 23) & 255;
      put(zeros, 7);
      zeros = 0;
      put(next >= exponent ? 2 * (next - exponent) : 2 * (exponent - next) - 1, 7);
      put(word >>> 31, 1);
      put(word & 0x7fffff, 23);
      exponent = next;
    }
  }
  const bytes: number[] = [];
  for (let k = 0; k < bits.length; k += 8) {
    let byte = 0;
    for (let j = 0; j < 8; j++) byte = byte * 2 + (bits[k + j] ?? 0);
    bytes.push(byte);
  }
  return bytes;
}
