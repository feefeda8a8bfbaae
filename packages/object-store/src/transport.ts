import { discardBody, type RequestOptions, type RetryOptions, request, retry } from "@sonde/core/bytes";

/** How a store over HTTP asks; all of it optional. */
export type HttpOptions = Pick<RequestOptions, "fetch" | "idleTimeout" | "observe"> &
  Pick<RetryOptions, "attempts" | "baseDelay" | "maxDelay"> & {
    /** Sent with every request. */
    readonly headers?: { readonly [name: string]: string } | undefined;
    /** The most that one `get` may bring into memory. Default 256 MiB. */
    readonly maxBytes?: number | undefined;
  };

/** A request before it is signed. */
export type Outgoing = {
  readonly method: "GET" | "HEAD" | "PUT";
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  readonly body?: Uint8Array<ArrayBuffer>;
};

export type Exchange<T> = {
  /** Names what is asked for in errors: "s3://bucket/key". */
  readonly target: string;
  /** Made anew for every attempt, for signatures age. */
  readonly prepare: (signal: AbortSignal) => Promise<Outgoing>;
  /** The statuses that `read` understands; others go to `refuse`. */
  readonly accept: readonly number[];
  readonly read: (response: Response, signal: AbortSignal) => Promise<T>;
  /** The error of a refusal, whose body it may read. */
  readonly refuse: (response: Response, signal: AbortSignal) => Promise<unknown>;
};

/** Core's table of statuses is asked by `refuse`, which knows the body: here every status is an answer. */
const EVERY_STATUS = Array.from({ length: 300 }, (_, index) => 300 + index);

/**
 * One exchange with the server, answer read and checked, repeated with jitter as long as the error says that it is retryable: a busy server (5xx, 429,
 * SlowDown), no or a broken connection, a body that was cut short. What was asked for is read or replaced as a whole, so that repeating does no harm.
 */
export function exchange<T>(what: Exchange<T>, options: HttpOptions, signal: AbortSignal): Promise<T> {
  const { observe, attempts, baseDelay, maxDelay } = options;
  const attempt = async () => {
    const { url, ...outgoing } = await what.prepare(signal);
    signal.throwIfAborted();
    const response = await request(url, {
      ...outgoing,
      signal,
      fetch: options.fetch,
      idleTimeout: options.idleTimeout,
      observe,
      expect: EVERY_STATUS,
    });
    try {
      if (!what.accept.includes(response.status)) throw await what.refuse(response, signal);
      return await what.read(response, signal);
    } finally {
      // A body under way is its reader's.
      if (!response.bodyUsed) discardBody(response);
    }
  };
  return retry(attempt, {
    signal,
    attempts,
    baseDelay,
    maxDelay,
    onRetry: ({ delay }) => observe?.({ kind: "retry", target: what.target, milliseconds: Number(delay) / 1e6, bytes: 0 }),
  });
}

const never = new AbortController().signal;

/** A signal for those who gave none. */
export function signalOf(options: { readonly signal?: AbortSignal | undefined }): AbortSignal {
  return options.signal ?? never;
}

/** The same bytes, copied only where the memory is shared with other threads, which no request takes. */
export function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, byteLength) : new Uint8Array(bytes);
}
