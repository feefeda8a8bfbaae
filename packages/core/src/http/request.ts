import { timerMilliseconds } from "../async/delay.js";
import { type Follower, follow } from "../async/follow.js";
import { raceAbort } from "../async/race.js";
import type { Observe } from "../bytes/observe.js";
import { isSondeError, sondeError } from "../errors.js";
import { toSpan } from "../time/span.js";
import type { Span } from "../time/types.js";
import { discardBody, peekText } from "./body.js";
import { networkError } from "./network.js";
import { mayFollow, redirectOf } from "./redirect.js";
import { statusError } from "./status.js";
import { httpUrl, targetOf } from "./target.js";

/** The platform's `fetch`, or one that adds a proxy, certificates or signatures. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export type RequestOptions = {
  readonly signal: AbortSignal;
  readonly fetch?: Fetch | undefined;
  /** Default "GET". */
  readonly method?: string | undefined;
  readonly headers?: { readonly [name: string]: string } | undefined;
  readonly body?: string | Uint8Array<ArrayBuffer> | Blob | URLSearchParams | FormData | undefined;
  /** Statuses past the 2xx that are answers here (404 where absence is normal); the others reject by {@link statusError}. */
  readonly expect?: readonly number[] | undefined;
  /** How long the server may be silent, before its answer and between two pieces of it. Default "60s". */
  readonly idleTimeout?: Span | undefined;
  /** A line for the error out of the body of a refusal (at most 64 KiB), where the server explains itself. It must let no secret through. */
  readonly explain?: ((body: string) => string | undefined) | undefined;
  /** Told once the body ended, failed or was given up, with the bytes that came. */
  readonly observe?: Observe | undefined;
};

type Call = { readonly own: Follower; readonly target: string; readonly idle: number; readonly report: (bytes: number) => void };

const REDIRECTS = 5;

/**
 * One HTTP request. The answer's body must be read or cancelled; as it is read it minds the signal, the silence of the server and broken
 * connections in the same way as the request itself. Nothing is repeated here: see `retry`.
 *
 * Rejects with `options` for a URL or header that can't be sent, by status as the table of {@link statusError} says, and with a retryable
 * `connection` when the server can't be reached, is silent for `idleTimeout` or breaks off. No error shows a query, user, password or header.
 */
export async function request(url: string | URL, options: RequestOptions): Promise<Response> {
  const { signal, fetch: send = globalThis.fetch, method = "GET", observe, idleTimeout = "60s" } = options;
  signal.throwIfAborted();
  let address = httpUrl(url);
  let headers = checkedHeaders(options.headers ?? {});
  const target = targetOf(address);
  const started = performance.now();
  const own = follow([signal]);
  let open = true;
  const call: Call = {
    own,
    target,
    idle: timerMilliseconds(toSpan(idleTimeout)),
    report(bytes) {
      if (!open) return;
      open = false;
      own.release();
      observe?.({ kind: "request", target, milliseconds: performance.now() - started, bytes });
    },
  };

  try {
    for (let hop = 0; ; hop++) {
      const redirect = mayFollow(method, headers) ? "follow" : "manual";
      const init: RequestInit = { method, headers, redirect, signal: own.signal };
      if (options.body !== undefined) init.body = options.body;
      const answer = (async () => send(address.href, init))();
      answer.then(
        (late) => own.signal.aborted && discardBody(late),
        () => {},
      );
      const response = await quiet(answer, call);
      const next = redirectOf(response, address, headers, method);
      if (next === undefined) return await accept(response, options, call);
      discardBody(response);
      if (hop === REDIRECTS) throw sondeError("connection", `${target} redirects without end`, { target, retryable: false });
      address = next.address;
      headers = next.headers;
    }
  } catch (error) {
    call.report(0);
    own.abort(error);
    throw error;
  }
}

async function accept(response: Response, options: RequestOptions, call: Call): Promise<Response> {
  // What a browser makes of a redirect that it was told not to follow.
  if (response.type === "opaqueredirect") {
    const problem = `${call.target} redirects to where the given headers must not follow: use the address that it redirects to`;
    throw sondeError("connection", problem, { target: call.target, retryable: false });
  }
  const guarded = guard(response, call);
  if (response.ok || options.expect?.includes(response.status)) return guarded;
  const said = options.explain && oneLine(options.explain(await peekText(guarded, call.own.signal)) ?? "");
  discardBody(guarded);
  throw statusError(response, call.target, said);
}

/** The same response with a body that minds the call. */
function guard(response: Response, call: Call): Response {
  const reader = response.body?.getReader();
  if (reader === undefined) {
    call.report(0);
    return response;
  }
  let bytes = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const step = await quiet(reader.read(), call);
          if (step.done) {
            call.report(bytes);
            controller.close();
          } else {
            bytes += step.value.length;
            controller.enqueue(step.value);
          }
        } catch (error) {
          call.report(bytes);
          call.own.abort(error);
          throw error;
        }
      },
      async cancel(reason) {
        call.report(bytes);
        await reader.cancel(reason);
      },
    },
    // Nothing is read ahead of who asks.
    { highWaterMark: 0 },
  );
  const { status, statusText, headers } = response;
  const guarded = new Response(body, { status, statusText, headers });
  // A made Response says neither where it came from nor whether it crossed origins.
  return Object.defineProperties(guarded, {
    url: { value: response.url },
    type: { value: response.type },
    redirected: { value: response.redirected },
  });
}

/** Waits for the network: ends with the signal, or when the server says nothing for too long; what fails otherwise is the network. */
async function quiet<T>(work: Promise<T>, { own, target, idle }: Call): Promise<T> {
  const timer = setTimeout(() => {
    own.abort(
      sondeError("connection", `${target} was silent for ${idle} ms: try again, or raise idleTimeout`, { target, retryable: true }),
    );
  }, idle);
  try {
    return await raceAbort(work, own.signal);
  } catch (error) {
    own.signal.throwIfAborted();
    throw isSondeError(error) ? error : networkError(error, target);
  } finally {
    clearTimeout(timer);
  }
}

/** `Headers` itself prints the value that it refuses. */
function checkedHeaders(headers: { readonly [name: string]: string }): Headers {
  const checked = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    try {
      checked.set(name, value);
    } catch {
      const message = "is no valid HTTP header: it must be Latin-1 without line breaks";
      throw sondeError("options", `the header ${JSON.stringify(name)} ${message}`, { issues: [{ path: `headers.${name}`, message }] });
    }
  }
  return checked;
}

function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, 300);
}
