/** One request as the archive, or the transport before it, saw it. */
export interface RecordedRequest {
  /** For messages; without secrets. */
  readonly target: string;
  /** The signal that the request was made with; its absence breaks a rule. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A `fetch` that remembers what was asked, for the `fetch` option of connectors over HTTP.
 *
 * @example
 * ```ts
 * const recorder = recordFetch();
 * conformance(archive, { options: { url, fetch: recorder.fetch }, requests: recorder.requests, stream: { id: "temp" } });
 * ```
 */
export function recordFetch(wrapped: typeof fetch = fetch): {
  readonly fetch: typeof fetch;
  readonly requests: () => readonly RecordedRequest[];
} {
  const requests: RecordedRequest[] = [];
  return {
    requests: () => requests,
    fetch: (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input, "http://relative.invalid");
      // A Request has a signal of its own always, linked to that of its maker or to nothing: only the given one tells.
      requests.push({ target: url.origin + url.pathname, signal: init?.signal ?? (input instanceof Request ? input.signal : undefined) });
      return wrapped(input, init);
    },
  };
}
