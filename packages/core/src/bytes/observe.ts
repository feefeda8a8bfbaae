/** One event per request and retry: what a driver's `call.observe` takes, said again here so that bytes need no contract. */
export type Observe = (event: {
  readonly kind: "request" | "retry" | "pushdown" | "cache" | "close";
  /** Without secrets. */
  readonly target: string;
  readonly milliseconds: number;
  readonly bytes: number;
}) => void;
