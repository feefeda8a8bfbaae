import {
  Binary,
  Bool,
  type DataType,
  Date_,
  DateUnit,
  Decimal,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float,
  Int,
  List,
  Map_,
  Null,
  Precision,
  Struct,
  Time,
  Timestamp,
  TimeUnit,
  Utf8,
} from "apache-arrow";

const units = {
  second: TimeUnit.SECOND,
  millisecond: TimeUnit.MILLISECOND,
  microsecond: TimeUnit.MICROSECOND,
  nanosecond: TimeUnit.NANOSECOND,
} as const;

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
  float16: () => new Float(Precision.HALF),
  float32: () => new Float(Precision.SINGLE),
  float64: () => new Float(Precision.DOUBLE),
  bool: () => new Bool(),
  utf8: () => new Utf8(),
  binary: () => new Binary(),
  /** Nanoseconds since the epoch, UTC: the one type of time. */
  nanos: () => new Timestamp(TimeUnit.NANOSECOND, "UTC"),
  /** As a file stores it, in its own unit; without a time zone where it says none. */
  timestamp: (unit: keyof typeof units, timezone?: string) => new Timestamp(units[unit], timezone),
  /** Days since the epoch. */
  date: () => new Date_(DateUnit.DAY),
  /** Since midnight: 32 bits of milliseconds, 64 bits of the finer units. */
  time: (unit: Exclude<keyof typeof units, "second">) => new Time(units[unit], unit === "millisecond" ? 32 : 64),
  /** In two's complement of 128 bits, or 256. */
  decimal: (precision: number, scale: number, bits: 128 | 256 = 128) => new Decimal(scale, precision, bits),
  fixedSizeBinary: (width: number) => new FixedSizeBinary(width),
  /** Nothing but nulls. */
  none: () => new Null(),
  list: (of: DataType) => new List(new Field("item", of, true)),
  /** Arrays of one shape, flattened in row-major order. */
  fixedSizeList: (of: DataType, size: number) => new FixedSizeList(size, new Field("item", of, false)),
  listOf: (item: Field) => new List(item),
  /** `entries`: a struct of key and value. */
  mapOf: (entries: Field<Struct>, keysSorted = false) => new Map_(entries, keysSorted),
  struct: (fields: readonly Field[]) => new Struct([...fields]),
} as const;
