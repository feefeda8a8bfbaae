import { type Denoiser, decompose, encode, encodeBytes, type VariantInput, variant, type WaveletType } from "@sonde/wavelet-buffer";
import { encodePackage, type MetaInput } from "../package/encode.js";

const MILLISECOND = 1_000_000n;

/** A package of a time series from `id` on, of values that `sample` gives for each index. */
export function seriesPackage(
  id: bigint,
  {
    size = 1000,
    milliseconds = 1000n,
    steps = 5,
    wavelet = "DB3",
    level = 16,
    status = 0,
    start: first = id,
    sample,
  }: {
    readonly size?: number;
    readonly milliseconds?: bigint;
    readonly steps?: number;
    readonly wavelet?: WaveletType;
    readonly level?: number;
    readonly status?: number;
    /** Of the first sample, in milliseconds; the id without it. */
    readonly start?: bigint;
    readonly sample: (index: number) => number;
  },
): Uint8Array {
  const samples = Float32Array.from({ length: size }, (_, index) => sample(index));
  const start = first * MILLISECOND;
  const meta = { kind: "time-series", start, stop: start + milliseconds * MILLISECOND, size } as const;
  const buffer = decompose(samples, { signalShape: [size], signalNumber: 1, decompositionSteps: steps, waveletType: wavelet });
  return encodePackage({
    id,
    sourceTime: start,
    publishTime: start + 40n * MILLISECOND,
    status,
    meta,
    payloads: [encode(buffer, { level })],
  });
}

/** A package of one image of red, green and blue, whose values `pixel` gives from 0 to 1. */
export function imagePackage(
  id: bigint,
  {
    width,
    height,
    steps = 3,
    denoiser = { kind: "null" },
    pixel,
  }: {
    readonly width: number;
    readonly height: number;
    readonly steps?: number;
    readonly denoiser?: Denoiser;
    readonly pixel: (channel: number, row: number, column: number) => number;
  },
): Uint8Array {
  const data = new Float32Array(3 * width * height);
  for (let channel = 0, at = 0; channel < 3; channel++) {
    for (let row = 0; row < height; row++) for (let column = 0; column < width; column++) data[at++] = pixel(channel, row, column);
  }
  const buffer = decompose(data, {
    signalShape: [width, height],
    signalNumber: 3,
    decompositionSteps: steps,
    waveletType: "DB2",
    denoiser,
  });
  const meta: MetaInput = { kind: "image", encoding: "wavelet", width, height, channelLayout: "RGB" };
  return encodePackage({ id, sourceTime: id * MILLISECOND, meta, payloads: [encode(buffer, { level: 8 })] });
}

export function scalarsPackage(id: bigint, values: { readonly [name: string]: number }, bad: readonly string[] = []): Uint8Array {
  const names = Object.keys(values);
  const buffer = decompose(Object.values(values), {
    signalShape: [names.length],
    signalNumber: 1,
    decompositionSteps: 0,
    waveletType: "NONE",
  });
  const variables = names.map((name) => ({ name, status: bad.includes(name) ? 0x206 : 0 }));
  return encodePackage({
    id,
    sourceTime: id * MILLISECOND,
    meta: { kind: "scalars", variables },
    payloads: [encode(buffer, { level: 0 })],
  });
}

export function typedPackage(id: bigint, values: { readonly [name: string]: VariantInput }): Uint8Array {
  // A missing value is a bad item with something in its place, as devices write it.
  const items = Object.entries(values).map(([name, value]) => ({ name, status: value === null ? 0x200 : 0 }));
  const variants = Object.values(values).map((value) => variant(value ?? false));
  return encodePackage({ id, sourceTime: id * MILLISECOND, meta: { kind: "typed", items }, payloads: [encodeBytes(variants)] });
}

export function textPackage(id: bigint, text: string, mimeType = "text/plain"): Uint8Array {
  const meta = { kind: "text", mimeType } as const;
  return encodePackage({ id, sourceTime: id * MILLISECOND, meta, payloads: [new TextEncoder().encode(text)] });
}

/** A package without data, as a device writes when a source fails. */
export function badPackage(id: bigint, status = 0x205): Uint8Array {
  return encodePackage({ id, sourceTime: id * MILLISECOND, status });
}
