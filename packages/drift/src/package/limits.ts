/** What packages may take that are not trusted. */
export interface PackageLimits {
  /** Values of one wavelet buffer, or of typed data, whether decoded or not. Default 2^27. */
  readonly maxValues?: number | undefined;
  /** Pixels of one JPEG. Default 100 million. */
  readonly maxPixels?: number | undefined;
  /** Packages inside of aligned packages inside of packages. Default 16. */
  readonly maxDepth?: number | undefined;
}

export const defaultLimits = { maxValues: 2 ** 27, maxPixels: 100_000_000, maxDepth: 16 } as const;
