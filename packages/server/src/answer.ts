import { isSondeError, type SondeErrorCode } from "@sonde/core";
import { follow } from "@sonde/core/bytes";
import { errorToWire, fromWireJson } from "@sonde/core/wire";

/** For caches and proxies: the code in the body is what counts. */
const statuses: { readonly [Code in SondeErrorCode]: number } = {
  options: 400,
  contract: 500,
  connection: 502,
  auth: 401,
  "not-found": 404,
  unsupported: 422,
  format: 422,
  limit: 413,
  overrun: 409,
  closed: 503,
};

/** An error before the first byte of an answer: a problem (RFC 9457) with the error's own code and details in it. */
export function problem(error: unknown): Response {
  const status = isSondeError(error) ? statuses[error.code] : 500;
  const { code, message } = Object.assign({ code: "", message: "" }, fromWireJson(errorToWire(error)));
  const body = JSON.stringify({ type: "about:blank", title: code, status, detail: message, error: errorToWire(error) });
  return new Response(body, { status, headers: { "content-type": "application/problem+json", "cache-control": "no-store" } });
}

export type StreamedOptions = {
  /** The request's: it aborts when the other side goes away. */
  readonly signal: AbortSignal;
  readonly headers: { readonly [name: string]: string };
  /** Run once the answer has ended, failed or been given up. */
  readonly done?: (() => void) | undefined;
};

/**
 * An answer piece by piece, pulled no faster than the other side reads. What fails before the first piece is thrown; afterwards `work` has
 * said it in a piece of its own, and an error here breaks the connection, so that no answer looks whole that is not.
 */
export async function streamed(
  work: (signal: AbortSignal) => AsyncIterable<Uint8Array>,
  { signal, headers, done }: StreamedOptions,
): Promise<Response> {
  const own = follow([signal]);
  const iterator = work(own.signal)[Symbol.asyncIterator]();
  let over = false;
  const end = () => {
    if (over) return;
    over = true;
    own.release();
    done?.();
  };
  try {
    let next: IteratorResult<Uint8Array> | undefined = await iterator.next();
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          try {
            const step = next ?? (await iterator.next());
            next = undefined;
            if (!step.done) return controller.enqueue(step.value);
            end();
            controller.close();
          } catch (error) {
            end();
            controller.error(error);
          }
        },
        async cancel(reason) {
          own.abort(reason ?? new DOMException("the other side has gone", "AbortError"));
          end();
          await iterator.return?.()?.catch(() => {});
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { headers });
  } catch (error) {
    end();
    throw error;
  }
}

/** A small answer in one piece. */
export function jsonAnswer(text: string): Response {
  return new Response(text, { headers: { "content-type": "application/json", "cache-control": "no-cache" } });
}
