/**
 * What a subband holds. Of a line: `detail` and `approximation`. Of an image, with rows of pixels along the width: `LH` is low along
 * rows and high along columns, `HL` the other way round, `HH` high along both.
 */
export type Band = "approximation" | "detail" | "LH" | "HL" | "HH";

/** One matrix of coefficients, row-major; a line has one column. */
export interface Subband {
  readonly band: Band;
  /** The step that made it: 0 is the finest. Of the approximation, the last. */
  readonly step: number;
  readonly rows: number;
  readonly columns: number;
  /** Bytes that it takes in the blob; absent where the buffer comes from none. */
  readonly bytes?: number;
  /** Coefficients that are not 0, as far as they are known without decoding. */
  readonly nonzero?: number;
  /** Decoded when first asked for and kept; throws `format` where the bytes are damaged. */
  readonly data: Float32Array;
}
