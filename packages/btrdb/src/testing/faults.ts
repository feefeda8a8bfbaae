/** Something that goes wrong on purpose, for the calls that it names. */
export type Fault = {
  /** "RawValues"; every call without it. */
  readonly method?: string;
  /** Messages that are answered as usual before. Default 0. */
  readonly after?: number;
  /** Milliseconds that the call waits before its first answer. */
  readonly delay?: number;
  /**
   * `cut`: the call ends with UNAVAILABLE. `kill`: the server ends, with every connection. `truncate`: the next message is cut in the
   * middle. A status: inside a message of the call. A gRPC code: as the end of the call. Absent: only the delay.
   */
  readonly effect?:
    | "cut"
    | "kill"
    | "truncate"
    | { readonly status: number; readonly message?: string }
    | { readonly grpc: number; readonly message?: string };
  /** Calls that it meets before it is spent; all without it. */
  readonly times?: number;
};

/** The faults that wait for their call. */
export class Faults {
  readonly #waiting: { readonly fault: Fault; left: number }[] = [];

  /** Returns what takes the fault away again. */
  add(fault: Fault): () => void {
    const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
    this.#waiting.push(entry);
    return () => {
      const at = this.#waiting.indexOf(entry);
      if (at >= 0) this.#waiting.splice(at, 1);
    };
  }

  /** The oldest one that names the call; counts as met. */
  meet(method: string): Fault | undefined {
    const at = this.#waiting.findIndex(({ fault }) => fault.method === undefined || fault.method === method);
    const entry = this.#waiting[at];
    if (entry === undefined) return undefined;
    if (--entry.left <= 0) this.#waiting.splice(at, 1);
    return entry.fault;
  }
}
