import {
  Binary,
  Bool,
  type DataType,
  Field,
  FixedSizeList,
  Float,
  Int,
  List,
  Precision,
  Struct,
  Timestamp,
  TimeUnit,
  Utf8,
} from "apache-arrow";

/**
 * The Arrow types that our batches are made of. They are the base classes (`Int`, not `Int16`), as IPC decodes them:
 * Arrow compares types by `instanceof` in one direction, so a batch of `Int16` and a decoded one do not mix.
 */
export const arrowType = {
  int8: () => new Int(true, 8),
  int16: () => new Int(true, 16),
  int32: () => new Int(true, 32),
  int64: () => new Int(true, 64),
  uint8: () => new Int(false, 8),
  uint16: () => new Int(false, 16),
  uint32: () => new Int(false, 32),
  uint64: () => new Int(false, 64),
  float32: () => new Float(Precision.SINGLE),
  float64: () => new Float(Precision.DOUBLE),
  bool: () => new Bool(),
  utf8: () => new Utf8(),
  binary: () => new Binary(),
  /** Nanoseconds since the epoch, UTC: the one type of time. */
  nanos: () => new Timestamp(TimeUnit.NANOSECOND, "UTC"),
  list: (of: DataType) => new List(new Field("item", of, true)),
  /** Arrays of one shape, flattened in row-major order. */
  fixedSizeList: (of: DataType, size: number) => new FixedSizeList(size, new Field("item", of, false)),
  struct: (fields: readonly Field[]) => new Struct([...fields]),
} as const;
