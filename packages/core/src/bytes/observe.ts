/** One event per request and retry. Structurally the contract's own `Observe`, so that bytes need no façade. */
export type Observe = (event: {
  readonly kind: "request" | "retry" | "pushdown" | "cache" | "close";
  readonly connector: string;
  /** Without secrets. */
  readonly target: string;
  readonly milliseconds: number;
  readonly bytes: number;
}) => void;
