export { Complex } from "./complex.js";
export { decode } from "./decode.js";
export type { Descr, FieldDescr } from "./dtype.js";
export { type EncodeOptions, encode } from "./encode.js";
export type { MsgpackError, MsgpackErrorDetails } from "./errors.js";
export {
  Bin,
  type BinFormat,
  Dict,
  type DictFormat,
  type Exact,
  Extension,
  type ExtensionFormat,
  Float,
  Int,
  type IntFormat,
  List,
  type ListFormat,
  Str,
  type StrFormat,
} from "./exact.js";
export { type Item, NdArray, type NdData, type Nested } from "./nd-array.js";
export type { TypedArray } from "./nd-data.js";
export { ndArray, ndArrayFromBytes } from "./nd-make.js";
export type { DecodeLimits, DecodeOptions } from "./options.js";
export { MsgpackTimestamp } from "./timestamp.js";
export { Opaque, type Value } from "./values.js";
