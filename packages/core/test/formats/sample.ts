import { Duration, FixedSizeBinary, Timestamp, TimeUnit } from "apache-arrow";
import { batchOf } from "../../src/table/batch.js";
import { fieldOf, timeField } from "../../src/table/field.js";
import { schemaOf } from "../../src/table/schema.js";
import { arrowType } from "../../src/table/types.js";

export const start = 1_500_000_000_000_000_001n;
const utf8 = new TextEncoder();

export const everySchema = schemaOf(
  [
    timeField(),
    fieldOf("i8", arrowType.int8(), {}, true),
    fieldOf("u8", arrowType.uint8()),
    fieldOf("i16", arrowType.int16()),
    fieldOf("u16", arrowType.uint16(), {}, true),
    fieldOf("i32", arrowType.int32()),
    fieldOf("u32", arrowType.uint32(), {}, true),
    fieldOf("i64", arrowType.int64(), { role: "tick" }, true),
    fieldOf("u64", arrowType.uint64()),
    fieldOf("f32", arrowType.float32(), { unit: "µV" }, true),
    fieldOf("f64", arrowType.float64(), { unit: "m/s²", label: 'the "speed"' }, true),
    fieldOf("flag", arrowType.bool(), {}, true),
    fieldOf("text", arrowType.utf8(), {}, true),
    fieldOf("bytes", arrowType.binary(), { encoding: "json" }, true),
    fieldOf("when", arrowType.nanos(), {}, true),
    fieldOf("pair", arrowType.fixedSizeList(arrowType.float32(), 2)),
    fieldOf("list", arrowType.list(arrowType.int64()), {}, true),
    fieldOf("inner", arrowType.struct([fieldOf("at", arrowType.nanos()), fieldOf("s", arrowType.utf8(), {}, true)]), {}, true),
    fieldOf("millis", new Timestamp(TimeUnit.MILLISECOND, "UTC")),
    fieldOf("local", new Timestamp(TimeUnit.SECOND, null)),
    fieldOf("span", new Duration(TimeUnit.NANOSECOND), {}, true),
    fieldOf("raw3", new FixedSizeBinary(3)),
  ],
  [["sonde:version", "7"]],
);

/** Four rows with the extremes of every type, nulls and NaN. */
export const everyBatch = batchOf(everySchema, {
  time: [start, start + 1n, start + 1n, 2n ** 63n - 1n],
  i8: [-128, null, 0, 127],
  u8: [0, 255, 1, 2],
  i16: [-32768, 32767, 0, 1],
  u16: [65535, null, 0, 1],
  i32: [-(2 ** 31), 2 ** 31 - 1, 0, 1],
  u32: [2 ** 32 - 1, null, 2 ** 31, 1],
  i64: [-(2n ** 63n), 2n ** 63n - 1n, null, 2n ** 53n + 1n],
  u64: [2n ** 64n - 1n, 0n, 2n ** 63n, 2n ** 53n + 1n],
  f32: [1.5, Number.NaN, null, -0],
  f64: [0.1, Number.NaN, null, Number.NEGATIVE_INFINITY],
  flag: [true, null, false, true],
  text: ['a,"b"\r\n', "", null, "日本"],
  bytes: [utf8.encode('{"a":1}'), new Uint8Array(0), null, utf8.encode("[2]")],
  when: [-1n, null, 0n, -(2n ** 63n)],
  pair: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  list: [[1n, 2n ** 60n], [], null, [-1n]],
  inner: [{ at: start, s: "x" }, { at: -1n, s: null }, null, { at: 0n, s: "" }],
  millis: BigInt64Array.of(0n, 1n, -1n, 1_500_000_000_000n),
  local: BigInt64Array.of(0n, 1n, -1n, 1_500_000_000n),
  span: [1n, null, -1n, 2n ** 62n],
  raw3: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
});
