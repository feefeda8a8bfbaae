export { openHdf5 } from "./open.js";
export type {
  Attribute,
  BlockOptions,
  CallOptions,
  Child,
  CompoundType,
  Dataset,
  DataType,
  FieldOptions,
  FieldValues,
  Hdf5File,
  Hdf5Limits,
  NumericArray,
  OpenOptions,
  ReadOptions,
  RowRange,
  StringType,
} from "./types.js";
