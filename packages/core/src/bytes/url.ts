import { follow, whileFollowing } from "../async/follow.js";
import { type Shared, share } from "../async/shared.js";
import { sondeError } from "../errors.js";
import { discardBody, readBody } from "../http/body.js";
import { type RequestOptions, request } from "../http/request.js";
import { type RetryOptions, retry } from "../http/retry.js";
import { httpUrl, targetOf } from "../http/target.js";
import { contentRange, type Identity, identityOf, sameIdentity } from "./http-range.js";
import { createLimiter } from "./limits.js";
import { closedError, rangeLength } from "./range.js";
import type { ByteSource } from "./source.js";

export type UrlOptions = Pick<RequestOptions, "fetch" | "headers" | "idleTimeout" | "observe"> &
  Pick<RetryOptions, "attempts" | "baseDelay"> & {
    /** A server that does not know ranges is read whole if it has no more bytes than this. Default 16 MiB. */
    readonly wholeBytes?: number | undefined;
  };

/** What the first request learnt. `head` is the beginning of the object, or all of it. */
type Opened = { readonly size: number; readonly head: Uint8Array; readonly identity: Identity };

/** The first request asks for so much, so that small files and the headers of large ones cost no more. */
const HEAD_BYTES = 64 * 1024;

/**
 * An object behind HTTP, read by ranges (RFC 9110, 14). Nothing is requested before the first `size` or `read`.
 *
 * Every answer must be a 206 of exactly the range asked for, in the identity encoding, of the same size and ETag (else Last-Modified) as the
 * first; an object that changes while it is read rejects with `connection`, not retryable. A server without ranges is read whole up to
 * `wholeBytes`, past that rejects with `limit`. Broken connections and busy servers are tried `attempts` times.
 * The name is the URL without user, query and fragment.
 */
export function fromUrl(url: string | URL, options: UrlOptions = {}): ByteSource {
  const address = httpUrl(url);
  const name = targetOf(address);
  const { wholeBytes = 16 * 2 ** 20, attempts, baseDelay, observe } = options;
  const life = follow([]);
  let opening: Shared<Opened> | undefined;
  let opened: Opened | undefined;

  const persist = <T>(task: () => Promise<T>, signal: AbortSignal) =>
    retry(task, {
      signal,
      attempts,
      baseDelay,
      onRetry: (event) => observe?.({ kind: "retry", target: name, milliseconds: Number(event.delay) / 1e6, bytes: 0 }),
    });

  const get = (start: number, end: number, identity: Identity | undefined, signal: AbortSignal) =>
    request(address, {
      ...options,
      signal,
      headers: {
        ...options.headers,
        // With it, `fetch` asks for the identity encoding by itself.
        range: `bytes=${start}-${end - 1}`,
        ...(identity?.condition && { "if-match": identity.condition }),
      },
      expect: [412, 416],
    });

  const open = async (signal: AbortSignal): Promise<Opened> => {
    const response = await get(0, HEAD_BYTES, undefined, signal);
    try {
      refuseEncoding(response, name);
      const identity = identityOf(response);
      if (response.status === 200) {
        const head = await readWhole(response, name, wholeBytes, signal);
        return { size: head.length, head, identity };
      }
      const range = contentRange(response);
      // The empty object has no first byte to give.
      if (response.status === 416 && range?.size === 0) return { size: 0, head: new Uint8Array(), identity };
      if (response.status !== 206) throw atFault(name, `answered ${response.status} to a range`, response.status);
      if (range?.size === undefined || range.start !== 0 || range.end !== Math.min(HEAD_BYTES, range.size))
        throw wrongRange(response, name);
      const head = await readBody(response, createLimiter(), { signal, what: name, length: range.end });
      return { size: range.size, head, identity };
    } finally {
      discardBody(response);
    }
  };

  const readRange = async (start: number, end: number, known: Opened, signal: AbortSignal): Promise<Uint8Array> => {
    const response = await get(start, end, known.identity, signal);
    try {
      const range = contentRange(response);
      const moved = range?.size !== undefined && range.size !== known.size;
      if (response.status === 412 || moved || (response.status !== 416 && !sameIdentity(known.identity, identityOf(response)))) {
        throw changed(name, response.status);
      }
      refuseEncoding(response, name);
      if (response.status !== 206) throw atFault(name, `answered ${response.status} to a range`, response.status);
      if (range?.start !== start || range.end !== end) throw wrongRange(response, name);
      return await readBody(response, createLimiter({ maxBytes: Number.POSITIVE_INFINITY }), { signal, what: name, length: end - start });
    } finally {
      discardBody(response);
    }
  };

  const ready = async (signal: AbortSignal): Promise<Opened> => {
    if (opened) return opened;
    if (opening === undefined || opening.abandoned) {
      opening = share(({ signal: own }) => persist(() => open(own), own));
    }
    const joined = opening;
    try {
      opened = await joined.join({ signal });
      return opened;
    } catch (error) {
      // A failure is not remembered: the next caller tries again.
      if (!signal.aborted && opening === joined) opening = undefined;
      throw error;
    }
  };

  /** Runs under the caller's signal and the source's own life. */
  const alive = <T>(parent: AbortSignal, work: (signal: AbortSignal) => Promise<T>) => whileFollowing([parent, life.signal], work);

  return {
    name,
    size: ({ signal }) => alive(signal, async (own) => (await ready(own)).size),
    read: (range, { signal }) =>
      alive(signal, async (own) => {
        const known = await ready(own);
        const { start, end } = range;
        // HTTP has no empty range.
        if (rangeLength(range, known.size, name) === 0) return new Uint8Array();
        if (end <= known.head.length) return known.head.subarray(start, end);
        return persist(() => readRange(start, end, known, own), own);
      }),
    async close() {
      life.abort(closedError(name));
      opened = undefined;
    },
  };
}

async function readWhole(response: Response, name: string, wholeBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const refuse = (asked: number) =>
    sondeError(
      "limit",
      `${name} ignores ranges and has ${asked} bytes or more, ${wholeBytes} are allowed: download it and open the file, or raise wholeBytes`,
      { what: name, asked, allowed: wholeBytes, option: "wholeBytes" },
    );
  const declared = Number(response.headers.get("content-length") ?? 0);
  if (declared > wholeBytes) throw refuse(declared);
  const limiter = createLimiter({ maxBytes: wholeBytes });
  try {
    return await readBody(response, limiter, { signal, what: name, ...(declared > 0 && { length: declared }) });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "limit") throw refuse(wholeBytes + 1);
    throw error;
  }
}

function refuseEncoding(response: Response, name: string): void {
  const encoding = response.headers.get("content-encoding") ?? "identity";
  if (encoding === "identity" || encoding === "") return;
  throw sondeError(
    "unsupported",
    `${name} answers with content encoding ${encoding}, of which no range can be cut: have the server send it as it is`,
    {
      what: `content encoding ${encoding}`,
    },
  );
}

function changed(name: string, status: number) {
  return sondeError("connection", `${name} changed while it was read: open it again`, { target: name, status, retryable: false });
}

function atFault(name: string, problem: string, status: number) {
  return sondeError("connection", `${name} ${problem}: the server or a proxy before it is at fault`, {
    target: name,
    status,
    retryable: false,
  });
}

function wrongRange(response: Response, name: string) {
  const header = response.headers.get("content-range");
  if (header !== null) return atFault(name, `answered another range than was asked for (${header})`, response.status);
  const advice = "in a browser its server must send Access-Control-Expose-Headers: Content-Range, ETag";
  return sondeError("connection", `${name} does not say which range it answered: ${advice}`, {
    target: name,
    status: response.status,
    retryable: false,
  });
}
