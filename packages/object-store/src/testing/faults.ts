/** What a server saw of a request. */
export type SeenRequest = {
  readonly method: string;
  readonly bucket: string;
  /** Decoded; empty for the bucket itself. */
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  readonly range: string | undefined;
};

/** What goes wrong with an answer. */
export type Fault = {
  /** Which requests; default all. */
  readonly when?: ((request: SeenRequest) => boolean) | undefined;
  /** From which matching request on, counted from 1. Default 1. */
  readonly from?: number | undefined;
  /** How many of them. Default: all that come. */
  readonly times?: number | undefined;
} & (
  | {
      readonly kind: "status";
      readonly status: number;
      readonly code?: string | undefined;
      readonly headers?: { readonly [name: string]: string };
    }
  /** The whole object, with status 200. */
  | { readonly kind: "ignore-range" }
  /** Half of the body, then the connection ends. */
  | { readonly kind: "short-body" }
  /** Half of the body, whose headers declare no more than that. */
  | { readonly kind: "short-answer" }
  /** Another ETag with the same bytes, as if the object had been replaced. */
  | { readonly kind: "changed-etag" }
  /** The right number of bytes from one byte further on. */
  | { readonly kind: "shifted-range" }
  | { readonly kind: "latency"; readonly milliseconds: number }
  /** Headers at once, then a wait before the body. */
  | { readonly kind: "slow-body"; readonly milliseconds: number }
  /** No answer. */
  | { readonly kind: "silence" }
  /** The connection is cut before an answer. */
  | { readonly kind: "reset" }
);

/** The faults in force, each with how often it was passed. */
export function createFaults() {
  const faults = new Map<Fault, number>();
  return {
    /** Returns how to take the fault away. */
    add(fault: Fault): () => void {
      faults.set(fault, 0);
      return () => void faults.delete(fault);
    },
    /** Those that strike this request. */
    strike(request: SeenRequest): readonly Fault[] {
      const struck: Fault[] = [];
      for (const [fault, passed] of faults) {
        if (fault.when && !fault.when(request)) continue;
        faults.set(fault, passed + 1);
        const from = (fault.from ?? 1) - 1;
        if (passed >= from && passed < from + (fault.times ?? Number.POSITIVE_INFINITY)) struck.push(fault);
      }
      return struck;
    },
    clear: () => faults.clear(),
  };
}
