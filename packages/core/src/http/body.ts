import { raceAbort } from "../async/race.js";
import { createLimiter, type Limiter, limitError } from "../bytes/limits.js";
import { sondeError } from "../errors.js";

export type ReadBodyOptions = {
  readonly signal: AbortSignal;
  /** Names the answer in errors. Default: "the answer". */
  readonly what?: string | undefined;
  /** Exactly so many bytes must come; fewer are a retryable `connection` error, for the connection was cut. */
  readonly length?: number | undefined;
};

/**
 * The whole body, at most as many bytes as the limiter grants: refused by its Content-Length before anything is read, or as soon as
 * more has come. A body that is refused is cancelled, which frees the socket.
 */
export async function readBody(response: Response, limiter: Limiter, options: ReadBodyOptions): Promise<Uint8Array> {
  const { signal, what = "the answer", length } = options;
  const { maxBytes } = limiter.limits;
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let received = 0;
  try {
    signal.throwIfAborted();
    const declared = declaredLength(response);
    if (declared !== undefined && declared > maxBytes) throw limitError("maxBytes", declared, maxBytes, what);
    for (;;) {
      const step = reader && (await raceAbort(reader.read(), signal));
      if (!step || step.done) break;
      received += step.value.length;
      if (received > maxBytes) throw limitError("maxBytes", received, maxBytes, what);
      if (length !== undefined && received > length) break;
      chunks.push(step.value);
    }
    if (length !== undefined && received !== length) {
      const got = received > length ? "more" : String(received);
      throw sondeError("connection", `${what} has ${length} bytes, but ${got} came: the connection was cut or the server is at fault`, {
        retryable: received < length,
      });
    }
    return concatenate(chunks, limiter.bytes(received, what));
  } catch (error) {
    reader?.cancel(error).catch(() => {});
    throw error;
  }
}

/** The body as UTF-8 text, bounded likewise; `format` where it is not UTF-8. */
export async function readText(response: Response, limiter: Limiter, options: ReadBodyOptions): Promise<string> {
  const bytes = await readBody(response, limiter, options);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw notThat("UTF-8 text", options.what);
  }
}

/** The body as JSON, bounded likewise; `format` where it is not JSON. A key such as `__proto__` is data, as `JSON.parse` has it. */
export async function readJson(response: Response, limiter: Limiter, options: ReadBodyOptions): Promise<unknown> {
  const text = await readText(response, limiter, options);
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message shows a piece of the text, which may be a secret.
    throw notThat("JSON", options.what);
  }
}

function notThat(kind: string, what = "the answer") {
  return sondeError("format", `${what} is not ${kind}: is this the address of the right server?`, { key: what });
}

/** Frees the socket of an answer that nobody reads. */
export function discardBody(response: Response): void {
  response.body?.cancel().catch(() => {});
}

/** The first bytes of an answer as text, for a message; whatever goes wrong with it is no news. */
export async function peekText(response: Response, signal: AbortSignal): Promise<string> {
  try {
    return await readText(response, createLimiter({ maxBytes: 64 * 1024 }), { signal });
  } catch {
    signal.throwIfAborted();
    return "";
  }
}

/** Content-Length, unless it counts encoded bytes. */
function declaredLength(response: Response): number | undefined {
  const text = response.headers.get("content-length");
  const encoding = response.headers.get("content-encoding") ?? "identity";
  return text !== null && /^\d{1,16}$/.test(text) && encoding === "identity" ? Number(text) : undefined;
}

function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1) return first;
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
