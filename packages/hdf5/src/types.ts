/** Rows `start <= row < end` of the first dimension; half open. */
export type RowRange = { readonly start: number; readonly end: number };
export type CallOptions = { readonly signal?: AbortSignal | undefined };

/** What a file may make this package do; every field has a default, every refusal names the field that raises it, `Infinity` switches it off. */
export type Hdf5Limits = {
  /** Bytes that one `read`, `bytes`, `strings` or `fields` may return. Default 256 MiB. Use `blocks` for more. */
  readonly maxReadBytes?: number | undefined;
  /** Bytes of one chunk, uncompressed. Default 64 MiB. */
  readonly maxChunkBytes?: number | undefined;
  /** Declared bytes of a read for each byte of the file; reads up to 16 MiB are not asked. Default 1100: deflate reaches 1032. */
  readonly maxRatio?: number | undefined;
  /** Bytes of one attribute. Default 16 MiB. */
  readonly maxAttributeBytes?: number | undefined;
  /** Children of one group, attributes of one object, objects of one `walk`. Default 100 000. */
  readonly maxObjects?: number | undefined;
  /** Groups inside groups that `walk` enters, and types inside types. Default 32. */
  readonly maxDepth?: number | undefined;
  /** Whole milliseconds after which a call that gives no answer is ended with its worker. Time spent waiting for the source is not counted. Default 10 000. */
  readonly answerWithinMs?: number | undefined;
};
export type OpenOptions = CallOptions & {
  /** Shown in errors instead of the path or the source's own name. */
  readonly name?: string | undefined;
  readonly limits?: Hdf5Limits | undefined;
};

/**
 * An open file. Every method may be called concurrently. HDF5 answers in the order in which it was asked; reads that need no HDF5 (values
 * stored as they are wanted) overtake others.
 */
export interface Hdf5File extends AsyncDisposable {
  readonly name: string;
  readonly byteSize: number;
  /** In the file's order (by name, or by creation where the file keeps that). Links are listed and never followed. Rejects `not-found`, also where `path` leads through a link. */
  children(path?: string, options?: CallOptions): Promise<readonly Child[]>;
  /** In the file's order. An attribute that can't be read carries its `error`; the others are not lost by it. */
  attributes(path?: string, options?: CallOptions): Promise<ReadonlyMap<string, Attribute>>;
  /** What is known of a dataset without reading its data. Rejects `not-found`; a dataset that can only be refused is described, and refuses to be read. */
  dataset(path: string, options?: CallOptions): Promise<Dataset>;
  /** Every object below `path`, parents first, each object once however many hard links lead to it. Rejects `limit` past `maxDepth` or `maxObjects`. */
  walk(path?: string, options?: CallOptions): AsyncIterable<Child & { readonly path: string }>;
  /** Idempotent; calls under way reject `closed`. Closes the `ByteSource` too. */
  close(): Promise<void>;
}

export type Child = {
  readonly name: string;
  /** "link": soft, external or user-defined. "damaged": its header can't be read. */
  readonly kind: "group" | "dataset" | "type" | "link" | "damaged";
  /** Of a soft link its path, of an external link `file:path`. Text of the file: show it, never open it. */
  readonly target?: string;
};

/** As the file says it; sizes and offsets in bytes. */
export type DataType =
  | { readonly kind: "integer"; readonly bytes: number; readonly signed: boolean; readonly bigEndian: boolean }
  | { readonly kind: "float"; readonly bytes: number; readonly bigEndian: boolean }
  | StringType
  | CompoundType
  | { readonly kind: "array"; readonly bytes: number; readonly of: DataType; readonly shape: readonly number[] }
  | { readonly kind: "enum"; readonly bytes: number; readonly of: DataType; readonly members: ReadonlyMap<string, number> }
  | { readonly kind: "bitfield"; readonly bytes: number; readonly bigEndian: boolean }
  | { readonly kind: "opaque"; readonly bytes: number }
  | { readonly kind: "reference"; readonly bytes: number; readonly to: "object" | "region" }
  | { readonly kind: "time"; readonly bytes: number; readonly bigEndian: boolean }
  | { readonly kind: "variable-length"; readonly bytes: number; readonly of: DataType }
  /** A class or layout that is not decoded; `why` says which: "float of 10 bytes", "integer of 12 bits in 2 bytes". */
  | { readonly kind: "unsupported"; readonly bytes: number; readonly why: string };
export type StringType = {
  readonly kind: "string";
  /** Of one string; of a variable one its reference, which says nothing. */
  readonly bytes: number;
  readonly padding: "null-terminated" | "null-padded" | "space-padded";
  /** As declared. PyTables pickles are declared ASCII and hold Latin-1 bytes: take `bytes`, not `value`. */
  readonly charset: "ascii" | "utf-8";
  readonly variable: boolean;
};
export type CompoundType = {
  readonly kind: "compound";
  readonly bytes: number;
  readonly fields: readonly { readonly name: string; readonly offset: number; readonly type: DataType }[];
};

export type NumericArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;
/**
 * One field of a table, row after row. An array member is flattened (`f32[75]` of n rows: `Float32Array` of 75 n);
 * strings are text; what is neither (nested compounds, opaque, references) is its bytes, `type.bytes` a row.
 */
export type FieldValues = NumericArray | readonly string[];

export type Attribute = {
  readonly name: string;
  readonly type: DataType;
  /** `[]` is a scalar, null a null dataspace (how PyTables writes an empty string). */
  readonly shape: readonly number[] | null;
  /** As they lie in memory, numbers little endian. Of variable-length strings: empty. */
  readonly bytes: Uint8Array;
  /**
   * Scalars as `number`, `bigint` (8-byte integers) or `string`; arrays as typed arrays or strings; null for a null dataspace.
   * Undefined where there is no safe reading: compounds, references, text that is not what its charset says.
   * Text declared ASCII is read as Latin-1, so that no byte is lost.
   */
  readonly value: number | bigint | string | FieldValues | null | undefined;
  /** Why there are neither `bytes` nor `value`. */
  readonly error?: unknown;
};

export type ReadOptions = CallOptions & {
  /** All rows by default. Rejects `options` when not inside the shape: nothing is clipped. */
  readonly rows?: RowRange | undefined;
  /** Half open, for the dimensions after the first, in their order; a missing one is whole. */
  readonly columns?: readonly RowRange[] | undefined;
};
export type BlockOptions = ReadOptions & {
  /** Rows of a block. By default as many as fit 4 MiB, in whole chunks. */
  readonly blockRows?: number | undefined;
  /**
   * Lend the blocks: the values of one are good until the next is asked for, whose memory may be the same. A pass that keeps nothing then
   * takes no new memory, which the engine would look for and clear away again and again: half of the time of such a pass.
   */
  readonly reuse?: boolean | undefined;
};
export type FieldOptions<Name extends string = string> = CallOptions & {
  readonly rows?: RowRange | undefined;
  /** All fields by default; the others are not copied. Rejects `not-found` for a name that the type lacks. */
  readonly names?: readonly Name[] | undefined;
};

export interface Dataset {
  readonly path: string;
  /** `[]` for a scalar; null for a null dataspace, which has no values. */
  readonly shape: readonly number[] | null;
  /** Null where a dimension may grow without end. */
  readonly maxShape: readonly (number | null)[] | null;
  /** Null where the data is not chunked. */
  readonly chunks: readonly number[] | null;
  /** In the order in which they were applied when writing. */
  readonly filters: readonly { readonly id: number; readonly name: string }[];
  readonly type: DataType;
  /** Where the file says it at once: contiguous and compact data. */
  readonly storedBytes?: number;
  /** Why every read will be refused: a filter that is not built in, external or virtual storage, a type that is not decoded. */
  readonly refusal?: unknown;
  attributes(options?: CallOptions): Promise<ReadonlyMap<string, Attribute>>;
  /**
   * Numbers in row-major order; 8-byte integers as big integers, 2-byte floats as `Float32Array`, enumerations as their integers
   * (h5py's booleans: 0 and 1 in an `Int8Array`), bitfields, opaque values and references as `Uint8Array`. Array types are flattened.
   * Rejects `unsupported` for compounds and strings: see `fields` and `strings`.
   */
  read(options?: ReadOptions): Promise<NumericArray>;
  /** Rows as they lie in memory, numbers little endian, compounds as the type lays them out. */
  bytes(options?: ReadOptions): Promise<Uint8Array>;
  /** Fixed or variable strings in row-major order, without their padding. Rejects `format` for text that is not valid UTF-8 where declared so. */
  strings(options?: ReadOptions): Promise<readonly string[]>;
  /** A table of one dimension, as columns. The object has no prototype, so that a field named `__proto__` is a field. */
  fields<const Name extends string>(options?: FieldOptions<Name>): Promise<{ readonly [K in Name]: FieldValues }>;
  /** As `read`, in bounded memory: the block that is worked on, and the next. Leaving the loop stops the reading. */
  blocks(options?: BlockOptions): AsyncIterable<{ readonly rows: RowRange; readonly values: NumericArray }>;
  /** As `fields`, in bounded memory. */
  fieldBlocks<const Name extends string>(
    options?: FieldOptions<Name> & { readonly blockRows?: number | undefined },
  ): AsyncIterable<{ readonly rows: RowRange; readonly fields: { readonly [K in Name]: FieldValues } }>;
}
