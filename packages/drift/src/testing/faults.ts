/** What a request for packages meets. */
export type Fault =
  /** The bytes of this package never come. */
  | { readonly kind: "hang"; readonly topic: string; readonly id: bigint }
  /** The connection breaks in the middle of this package. */
  | { readonly kind: "cut"; readonly topic: string; readonly id: bigint; readonly times?: number | undefined }
  /** Queries are forgotten after so many answers, as when a reader is slower than their time to live. */
  | { readonly kind: "forget"; readonly after: number }
  /** Every request is answered by this status. */
  | { readonly kind: "status"; readonly status: number; readonly times?: number | undefined };
