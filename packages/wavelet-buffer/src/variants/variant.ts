/** Elements of each type of a variant. */
export interface VariantData {
  readonly bool: readonly boolean[];
  readonly int8: Int8Array;
  readonly uint8: Uint8Array;
  readonly int16: Int16Array;
  readonly uint16: Uint16Array;
  readonly int32: Int32Array;
  readonly uint32: Uint32Array;
  readonly int64: BigInt64Array;
  readonly uint64: BigUint64Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly string: readonly string[];
  readonly none: readonly never[];
}

export type VariantType = keyof VariantData;

/** One typed value of DriftBytes: a scalar has shape [1], nothing (`none`) shape [0]. Elements are row-major. */
export type Variant = {
  [Type in VariantType]: { readonly type: Type; readonly shape: readonly number[]; readonly data: VariantData[Type] };
}[VariantType];
