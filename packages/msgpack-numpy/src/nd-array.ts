import { Complex } from "./complex.js";
import { type Descr, type Dtype, descrOf, dtypeText } from "./dtype.js";
import { failure } from "./errors.js";
import { scalarData, type TypedArray } from "./nd-data.js";
import { printArray } from "./nd-print.js";

/** One element: bigint for 64-bit integers, dates and durations (null for NaT), an object for structured types. */
export type Item = number | bigint | boolean | string | null | Uint8Array | Complex | { [field: string]: Nested };
export type Nested = Item | Nested[];
/** What `data` is: see {@link NdArray.data}. */
export type NdData = TypedArray | readonly string[] | readonly Uint8Array[] | ReadonlyMap<string, NdArray>;

const notATime = -(2n ** 63n);

/** An n-dimensional array of NumPy, in C order. It is a value: its bytes and data are not written to. */
export class NdArray implements Iterable<Item | NdArray> {
  /** Length of each dimension; empty for an array of one value. */
  readonly shape: readonly number[];
  /** The elements as NumPy wrote them, in the byte order of `dtype`. */
  readonly bytes: Uint8Array;
  /** The parsed type; `dtype` and `descr` are its public forms. */
  readonly #type: Dtype;
  #data: NdData | undefined;

  /** @internal `ndArray` and `ndArrayFromBytes` make them, and check what this takes for granted: lengths that agree. */
  constructor(type: Dtype, shape: readonly number[], bytes: Uint8Array) {
    this.#type = type;
    this.shape = shape;
    this.bytes = bytes;
  }

  /** "<f8", as written; of a structured type its fields, as NumPy prints them. */
  get dtype(): string {
    return dtypeText(this.#type);
  }

  /** NumPy's `dtype.descr`: "<f8", or `[["x", "<f8"], ["y", "<i4", [2]]]`. */
  get descr(): Descr {
    return descrOf(this.#type);
  }

  /** The unit of dates and durations: "ns", "25s". */
  get unit(): string | undefined {
    return this.#type.kind === "struct" ? undefined : this.#type.unit;
  }

  /** Number of elements. */
  get size(): number {
    return this.shape.reduce((product, length) => product * length, 1);
  }

  /**
   * All elements in C order, made at the first use: a typed array of the type's own kind in this machine's byte order. Booleans are 0 and 1
   * of a Uint8Array, half floats widen to Float32Array, complex numbers are real and imaginary parts in turn, dates and durations are
   * BigInt64Array counts of `unit`; strings are string[] (|S one character a byte), raw bytes Uint8Array[], structured arrays a Map of columns.
   */
  get data(): NdData {
    return (this.#data ??= this.#type.kind === "struct" ? this.#columns() : this.#elements());
  }

  /** The columns of a structured array by name, shaped `[...shape, ...shape of the field]`; empty for others. */
  get fields(): ReadonlyMap<string, NdArray> {
    const { data } = this;
    return data instanceof Map ? data : none;
  }

  /** The element at these indices, one a dimension from 0; throws `options` outside of the shape. */
  get(...indices: readonly number[]): Item {
    const { shape } = this;
    let flat = 0;
    for (let axis = 0; axis < Math.max(shape.length, indices.length); axis++) {
      const index = indices[axis];
      const length = shape[axis];
      if (index === undefined || length === undefined || !Number.isInteger(index) || index < 0 || index >= length) {
        const message = `[${indices.join(", ")}] is outside of the shape (${shape.join(", ")})`;
        throw failure("options", `NdArray.get: ${message}`, { issues: [{ path: "indices", message }] });
      }
      flat = flat * length + index;
    }
    return this.#item(flat);
  }

  /** Every element in C order. */
  *values(): IterableIterator<Item> {
    const { size } = this;
    for (let k = 0; k < size; k++) yield this.#item(k);
  }

  /** Along the first dimension, as in Python: elements of a vector, rows of a matrix. An array of no dimension gives its value. */
  *[Symbol.iterator](): IterableIterator<Item | NdArray> {
    const [length, ...rest] = this.shape;
    if (length === undefined || rest.length === 0) return yield* this.values();
    const width = this.bytes.length / (length || 1);
    for (let k = 0; k < length; k++) yield new NdArray(this.#type, rest, this.bytes.subarray(k * width, (k + 1) * width));
  }

  /** Arrays in arrays, as NumPy's `tolist`. */
  toNested(): Nested {
    return this.#nested(0, 0);
  }

  /** As NumPy prints it, long arrays with their middle left out. */
  toString(): string {
    return printArray(this, (flat) => this.#item(flat));
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  #nested(axis: number, flat: number): Nested {
    const length = this.shape[axis];
    if (length === undefined) return this.#item(flat);
    const result: Nested[] = [];
    for (let k = 0; k < length; k++) result.push(this.#nested(axis + 1, flat * length + k));
    return result;
  }

  #columns(): ReadonlyMap<string, NdArray> {
    const result = new Map<string, NdArray>();
    if (this.#type.kind !== "struct") return result;
    const { itemsize } = this.#type;
    for (const { name, type, shape, offset } of this.#type.fields) {
      const width = type.itemsize * shape.reduce((product, length) => product * length, 1);
      result.set(name, new NdArray(type, [...this.shape, ...shape], column(this.bytes, itemsize, offset, width)));
    }
    return result;
  }

  #elements(): TypedArray | readonly string[] | readonly Uint8Array[] {
    if (this.#type.kind === "struct") return [];
    if (this.#type.itemsize > 0) return scalarData(this.#type, this.bytes);
    const { size } = this;
    return this.#type.kind === "V" ? Array.from({ length: size }, () => new Uint8Array(0)) : new Array<string>(size).fill("");
  }

  #item(flat: number): Item {
    const type = this.#type;
    const { data } = this;
    if (data instanceof Map) return this.#record(data, flat);
    // By index within `size`, of the list that `data` is when it is no Map.
    const list = data as readonly (number | bigint | string | Uint8Array)[];
    switch (type.kind) {
      case "b":
        return list[flat] === 1;
      case "c":
        // Complex data are pairs of floats.
        return new Complex(list[flat * 2] as number, list[flat * 2 + 1] as number);
      case "M":
      case "m":
        return list[flat] === notATime ? null : (list[flat] as bigint);
      default:
        return list[flat] as Item;
    }
  }

  #record(columns: ReadonlyMap<string, NdArray>, flat: number): Item {
    const record: { [field: string]: Nested } = {};
    for (const [name, values] of columns) {
      const single = values.shape.length === this.shape.length;
      const value = single ? values.#item(flat) : values.#nested(this.shape.length, flat);
      Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true });
    }
    return record;
  }
}

const none: ReadonlyMap<string, NdArray> = new Map();

/** `width` bytes at `offset` of every `stride` bytes, one after the other. */
function column(bytes: Uint8Array, stride: number, offset: number, width: number): Uint8Array {
  const count = stride === 0 ? 0 : bytes.length / stride;
  const result = new Uint8Array(count * width);
  for (let row = 0; row < count; row++) {
    const start = row * stride + offset;
    for (let k = 0; k < width; k++) result[row * width + k] = bytes[start + k] as number; // in bounds: the field lies in the element
  }
  return result;
}
