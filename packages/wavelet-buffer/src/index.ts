import type { Denoiser } from "./buffer/denoiser.js";
import type { WaveletParameters } from "./buffer/parameters.js";
import type { WaveletBuffer } from "./buffer/wavelet-buffer.js";
import type { DecodeOptions } from "./limits.js";
import type { Variant } from "./variants/variant.js";

export type { Denoiser } from "./buffer/denoiser.js";
export type { WaveletParameters, WaveletType } from "./buffer/parameters.js";
export { maxDecompositionSteps } from "./buffer/parameters.js";
export type { Band, Subband } from "./buffer/subband.js";
export type { ComposeOptions, Composition, WaveletBuffer } from "./buffer/wavelet-buffer.js";
export type { WaveletError, WaveletErrorDetails } from "./errors.js";
export type { DecodeLimits, DecodeOptions } from "./limits.js";
export type { Variant, VariantData, VariantType } from "./variants/variant.js";

/** The functions to come, under these names: `decode`, `decompose`, `encode`, `decodeBytes`, `encodeBytes`. */
export interface Api {
  decode(bytes: Uint8Array, options?: DecodeOptions): WaveletBuffer;
  decompose(data: ArrayLike<number>, parameters: WaveletParameters & { readonly denoiser?: Denoiser }): WaveletBuffer;
  encode(buffer: WaveletBuffer, options?: { readonly level?: number }): Uint8Array;
  decodeBytes(bytes: Uint8Array, options?: DecodeOptions): readonly Variant[];
  encodeBytes(variants: readonly Variant[]): Uint8Array;
}
