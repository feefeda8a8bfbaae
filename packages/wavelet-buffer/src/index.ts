<<<<<<< HEAD
export {};
=======
export { type DecomposeOptions, decompose, fromSubbands } from "./buffer/decompose.js";
export type { Denoiser } from "./buffer/denoiser.js";
export { distance } from "./buffer/distance.js";
export type { WaveletParameters, WaveletType } from "./buffer/parameters.js";
export { maxDecompositionSteps } from "./buffer/parameters.js";
export type { Band, Subband } from "./buffer/subband.js";
export type { ComposeOptions, Composition, WaveletBuffer } from "./buffer/wavelet-buffer.js";
export type { WaveletError, WaveletErrorDetails } from "./errors.js";
export { decode } from "./format/decode.js";
export { type EncodeOptions, encode } from "./format/encode.js";
export { hslToRgb, rgbToHsl } from "./image/hsl.js";
export { type Color, fromPixels, type PixelOptions, type Pixels, toPixels } from "./image/pixels.js";
export type { DecodeLimits, DecodeOptions } from "./limits.js";
export { decodeBytes } from "./variants/decode-bytes.js";
export { encodeBytes } from "./variants/encode-bytes.js";
export { type Variant, type VariantData, type VariantInput, type VariantType, variant, variantValue } from "./variants/variant.js";
>>>>>>> wavelet
