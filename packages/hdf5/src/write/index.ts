export { type Attributes, type AttributeValue, attribute } from "./attribute.js";
export {
  array,
  type ByteOrder,
  bitfield,
  type CompoundMember,
  compound,
  type Datatype,
  float,
  int,
  opaque,
  string,
  uint,
} from "./datatype.js";
export { createHdf5 } from "./file.js";
export type { DatasetOptions, DatasetWriter, FlushOptions, GroupWriter, Hdf5Writer } from "./model.js";
export { type ByteSink, type MemorySink, memorySink } from "./sink.js";
