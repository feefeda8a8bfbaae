import type { RecordBatch } from "apache-arrow";
import type { NdArray } from "../contract.js";
import { sondeError } from "../errors.js";
import { batchOf } from "../table/batch.js";
import { fieldOf, timeField } from "../table/field.js";
import { rowsOf } from "../table/rows.js";
import { schemaOf } from "../table/schema.js";
import { isTypedArray } from "../table/typed-array.js";
import { arrowType } from "../table/types.js";

const kinds = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
} as const;

/** Arrays as rows: one a row, the elements as bytes, little endian, in row-major order. */
export const arraysSchema = schemaOf([
  timeField(),
  fieldOf("ref", arrowType.utf8()),
  fieldOf("field", arrowType.utf8()),
  fieldOf("shape", arrowType.list(arrowType.int32())),
  fieldOf("dims", arrowType.list(arrowType.utf8()), {}, true),
  fieldOf("level", arrowType.int32()),
  fieldOf("type", arrowType.utf8(), { description: "of an element: uint8, int16, float32 and so on" }),
  fieldOf("data", arrowType.binary()),
]);

export function arrayToBatch({ time, ref, field, shape, dims, level, data }: NdArray): RecordBatch {
  const type = Object.entries(kinds).find(([, kind]) => data instanceof kind)?.[0];
  return batchOf(arraysSchema, {
    time: BigInt64Array.of(time),
    ref: [ref],
    field: [field],
    shape: [shape],
    dims: [dims ?? null],
    level: Int32Array.of(level),
    type: [type],
    data: [new Uint8Array(data.buffer, data.byteOffset, data.byteLength)],
  });
}

/** The arrays of a batch of {@link arraysSchema}. Rejects `format` where elements and shape disagree. */
export function* arraysOf(batch: RecordBatch): Generator<NdArray, void, undefined> {
  for (const { time, ref, field, shape, dims, level, type, data } of rowsOf(batch)) {
    const Kind = typeof type === "string" && Object.hasOwn(kinds, type) ? kinds[type as keyof typeof kinds] : undefined; // by hasOwn
    const sides = isTypedArray(shape) || Array.isArray(shape) ? Array.from<unknown, number>(shape, Number) : undefined;
    if (Kind === undefined || sides === undefined || !(data instanceof Uint8Array)) throw wrong(ref, "it has no type, shape or data");
    const elements = sides.reduce((product, side) => product * side, 1);
    if (sides.some((side) => side < 0) || elements * Kind.BYTES_PER_ELEMENT !== data.byteLength) {
      throw wrong(ref, `${data.byteLength} bytes are not ${sides.join(" × ")} of ${String(type)}`);
    }
    yield {
      time,
      ref: String(ref),
      field: String(field),
      shape: sides,
      ...(Array.isArray(dims) ? { dims: dims.map(String) } : {}),
      level: Number(level),
      // A copy begins where elements may begin.
      data: new Kind(data.slice().buffer),
    };
  }
}

function wrong(ref: unknown, problem: string) {
  return sondeError("format", `array '${String(ref)}': ${problem}`, { key: String(ref) });
}
