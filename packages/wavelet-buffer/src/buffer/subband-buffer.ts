import { refused } from "../errors.js";
import { composeSignal } from "./compose.js";
import { cropOf, sidesOf } from "./geometry.js";
import type { WaveletParameters } from "./parameters.js";
import type { Subband } from "./subband.js";
import { lineOf, summaryOf } from "./summary.js";
import type { ComposeOptions, Composition, WaveletBuffer } from "./wavelet-buffer.js";

/** Subbands and what is computed from them. Parameters and shapes are checked by those who make one. */
export class SubbandBuffer implements WaveletBuffer {
  readonly parameters: WaveletParameters;
  readonly subbands: readonly (readonly Subband[])[];
  readonly version?: 2 | 3;
  readonly level?: number;

  constructor(
    parameters: WaveletParameters,
    subbands: readonly (readonly Subband[])[],
    origin?: { readonly version: 2 | 3; readonly level: number },
  ) {
    this.parameters = parameters;
    this.subbands = subbands;
    if (origin !== undefined) {
      this.version = origin.version;
      this.level = origin.level;
    }
  }

  get empty(): boolean {
    return this.subbands.every(isEmpty);
  }

  compose({ scale = 0, signal }: ComposeOptions = {}): Composition {
    if (!Number.isSafeInteger(scale) || scale < 0) throw refused("scale", "is not a whole number of at least 0");
    const { signalShape, decompositionSteps, signalNumber } = this.parameters;
    if (signal !== undefined && (!Number.isSafeInteger(signal) || signal < 0 || signal >= signalNumber)) {
      throw refused("signal", `is ${signal}, there are ${signalNumber}`);
    }
    const used = Math.min(scale, decompositionSteps);
    const sides = sidesOf(this.parameters);
    const [down, across] = [cropOf(sides.rows, used), cropOf(sides.columns, used)];
    const flat = signalShape.length === 1;
    const one = flat ? [down.length] : [down.length, across.length];
    const origin = flat ? [down.origin] : [down.origin, across.origin];
    // Of several lines the reference fills the first alone.
    const first = signal ?? (flat && this.subbands.slice(1).every(isEmpty) ? 0 : undefined);
    const chosen = first === undefined ? this.subbands : this.subbands.slice(first, first + 1);
    const shape = first === undefined ? [signalNumber, ...one] : one;
    if (chosen.some(isEmpty)) return { shape: shape.map(() => 0), data: new Float32Array(0), scale: used, origin };
    const size = one.reduce((product, side) => product * side, 1);
    const data = new Float32Array(size * chosen.length);
    for (const [k, subbands] of chosen.entries()) composeSignal(subbands, this.parameters, used, data, k * size);
    return { shape, data, scale: used, origin };
  }

  energyDistribution(): readonly Float32Array[] {
    return this.subbands.map((signal) =>
      Float32Array.from(signal, ({ data }) => {
        let sum = 0;
        for (let k = 0; k < data.length; k++) sum += (data[k] as number) ** 2;
        return sum;
      }),
    );
  }

  valueRange(index: number): readonly [number, number] {
    const count = this.subbands[0]?.length ?? 0;
    if (!Number.isSafeInteger(index) || index < 0 || index >= count) throw refused("index", `is ${index}, a signal has ${count} subbands`);
    if (index === count - 1) return [0, 2 ** this.parameters.decompositionSteps];
    const most = 2 ** Math.floor(index / (this.parameters.signalShape.length === 1 ? 1 : 3));
    return [-most, most];
  }

  summary(): string {
    return summaryOf(this);
  }

  toString(): string {
    return lineOf(this);
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

const isEmpty = (signal: readonly Subband[]) => signal.every(({ rows, columns }) => rows * columns === 0);
