import { isSondeError, sondeError } from "@sonde/core";
import { createLimiter, follow, type Observe, readBody, request, retry, statusError } from "@sonde/core/bytes";
import type { Call, RecordBatch } from "@sonde/core/connector";
import { errorFromWire, fromWireJson, readFrames, readLines } from "@sonde/core/wire";
import type { RemoteOptions } from "./options.js";

/** What stands in an address: a list is the parameter repeated. */
export type Parameters = { readonly [name: string]: string | number | bigint | readonly string[] | undefined };

type Question = {
  readonly path: string;
  readonly parameters?: Parameters;
  /** Sent by POST, and never repeated: it may have been done although its answer was lost. */
  readonly body?: { readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> };
  /** Asked for what is to come: silence is no fault. */
  readonly patient?: boolean;
};

/** Questions to one server. Everything under way rejects `closed` once it is closed. */
export interface Transport {
  json(question: Question, call: Asking): Promise<ReturnType<typeof fromWireJson>>;
  bytes(question: Question, call: Asking): Promise<Uint8Array>;
  lines(question: Question, call: Asking): AsyncGenerator<ReturnType<typeof fromWireJson>, void, undefined>;
  batches(question: Question, call: Asking): AsyncGenerator<RecordBatch, void, undefined>;
  close(): void;
}
export type Asking = Pick<Call, "signal" | "observe">;

/** Every refusal is read: its body says what it is. */
const refusals = Array.from({ length: 200 }, (_, index) => 400 + index);
const forever = 10n ** 18n;

export function transport(options: RemoteOptions): Transport {
  const { url, token, attempts, idleTimeout, fetch } = options;
  const base = new URL(url);
  const life = follow([]);
  const closed = () => sondeError("closed", `${base.host}: the source was closed: open it again`, { id: base.host });

  async function ask({ path, parameters, body, patient }: Question, signal: AbortSignal, observe: Observe): Promise<Response> {
    const headers = { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...(body && { "content-type": body.type }) };
    const send = async () => {
      const response = await request(addressOf(base, path, parameters), {
        signal,
        headers,
        fetch,
        observe,
        expect: refusals,
        idleTimeout: patient ? forever : idleTimeout,
        ...(body && { method: "POST", body: body.bytes }),
      });
      if (!response.ok) throw await refusal(response, signal);
      return response;
    };
    if (body !== undefined) return send();
    return retry(send, {
      signal,
      attempts,
      onRetry: ({ delay }) => observe({ kind: "retry", target: base.host, milliseconds: Number(delay) / 1e6, bytes: 0 }),
    });
  }

  /** Runs under the call's signal and the source's own life, and lets go of both. */
  async function* within<T>(call: Asking, work: (signal: AbortSignal) => AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    const own = follow([call.signal, life.signal]);
    try {
      own.signal.throwIfAborted();
      yield* work(own.signal);
    } finally {
      own.release();
      own.abort(new DOMException("nobody asks any more", "AbortError"));
    }
  }

  async function whole(question: Question, call: Asking): Promise<Uint8Array> {
    for await (const bytes of within(call, async function* (signal) {
      const response = await ask(question, signal, call.observe);
      yield await readBody(response, createLimiter({ maxBytes: 2 ** 30 }), { signal, what: question.path });
    }))
      return bytes;
    throw closed();
  }

  return {
    async json(question, call) {
      const text = new TextDecoder().decode(await whole(question, call));
      try {
        return fromWireJson(text);
      } catch {
        throw sondeError("format", `${base.host} does not answer as a Sonde server: is this its address?`, { key: question.path });
      }
    },
    bytes: whole,
    lines: (question, call) =>
      within(call, async function* (signal) {
        yield* readLines(chunksOf(await ask(question, signal, call.observe)), base.host);
      }),
    batches: (question, call) =>
      within(call, async function* (signal) {
        const frames = await readFrames(chunksOf(await ask(question, signal, call.observe)), { what: base.host });
        yield* frames.batches;
      }),
    close: () => life.abort(closed()),
  };
}

function addressOf(base: URL, path: string, parameters: Parameters = {}): URL {
  const address = new URL(`${base.pathname.replace(/\/$/, "")}/v1/${path}`, base);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) address.searchParams.append(name, String(one));
  }
  return address;
}

/** The error that the server tells, or what the status says where something between answered in its place. */
async function refusal(response: Response, signal: AbortSignal): Promise<Error> {
  const answered = statusError(response, new URL(response.url || "http://server/").host);
  const bytes = await readBody(response, createLimiter({ maxBytes: 2 ** 20 }), { signal });
  try {
    const told: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof told === "object" && told !== null && "error" in told && typeof told.error === "string") {
      const error = errorFromWire(told.error);
      if (!isSondeError(error, "format") || told.error.startsWith('{"code":"format"')) return error;
    }
  } catch {
    // Not JSON: a proxy, or another server.
  }
  return answered;
}

async function* chunksOf(response: Response): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  let done = false;
  try {
    for (;;) {
      const step = await reader.read();
      if (step.done) {
        done = true;
        return;
      }
      yield step.value;
    }
  } finally {
    if (!done) reader.cancel().catch(() => {});
  }
}
