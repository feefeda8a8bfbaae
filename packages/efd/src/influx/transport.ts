import { type Span, sondeError } from "@sonde/core";
import { type Fetch, follow, type Observe, request, retry, turn } from "@sonde/core/bytes";
import { type InfluxSeries, seriesIn, toldError } from "./answer.js";
import { type ExactJson, isObject, parseExactJson } from "./json.js";
import { linesOf } from "./lines.js";

export type TransportOptions = {
  /** The folder in which `query` is, with a slash at its end. */
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  /** Of names that say none. Always sent: the database asks for the right to read this one, whatever a statement names. */
  readonly database: string;
  readonly fetch: Fetch | undefined;
  readonly idleTimeout: Span;
  readonly attempts: number;
  readonly chunkSize: number;
  readonly maxBytes: number;
};

export type QueryCall = {
  readonly signal: AbortSignal;
  readonly observe?: Observe | undefined;
  /** In place of the transport's. */
  readonly database?: string | undefined;
  readonly chunkSize?: number | undefined;
  /** Names the query in errors. */
  readonly what?: string | undefined;
  /** What the data are of: the topic. */
  readonly key?: string | undefined;
};

export interface Transport {
  /** An answer piece by piece, of up to `chunkSize` rows each; nothing is asked before the first is. */
  series(query: string, call: QueryCall): AsyncGenerator<InfluxSeries, void, undefined>;
  /** All of a short answer, with the version that the server says. */
  ask(query: string, call: QueryCall): Promise<{ readonly series: readonly InfluxSeries[]; readonly version: string | undefined }>;
  close(): void;
}

/** Past it a query goes as a form: proxies cut long addresses. */
const LONGEST_ADDRESS = 4000;

export function createTransport(options: TransportOptions): Transport {
  const { url, fetch, idleTimeout, attempts, maxBytes } = options;
  const closing = new AbortController();

  const send = (query: string, call: QueryCall, chunkSize: number | undefined): Promise<Response> => {
    const { signal, observe, database = options.database } = call;
    const parameters = new URLSearchParams({ q: query, epoch: "ns", db: database });
    if (chunkSize !== undefined) {
      parameters.set("chunked", "true");
      parameters.set("chunk_size", String(chunkSize));
    }
    const address = new URL("query", url);
    const short = String(parameters).length <= LONGEST_ADDRESS;
    if (short) address.search = String(parameters);
    const once = () =>
      request(address, {
        signal,
        fetch,
        headers: options.headers,
        idleTimeout,
        observe,
        explain: errorIn,
        // What the parser refuses; a 404 is a wrong address or, from a proxy, a missing database.
        expect: [400],
        ...(short ? {} : { method: "POST", body: parameters }),
      });
    // Queries only read, so that all of them may be repeated until rows have come.
    return retry(once, {
      signal,
      attempts,
      onRetry: ({ delay }) => observe?.({ kind: "retry", target: address.origin, milliseconds: Number(delay) / 1e6, bytes: 0 }),
    });
  };

  async function* read(query: string, call: QueryCall, chunkSize: number | undefined, onHeaders: (headers: Headers) => void = () => {}) {
    const what = call.what ?? "the query";
    const own = follow([call.signal, closing.signal]);
    const { signal } = own;
    try {
      signal.throwIfAborted();
      const response = await send(query, { ...call, signal }, chunkSize);
      onHeaders(response.headers);
      let partial = false;
      for await (const line of linesOf(response, maxBytes, `the answer to ${what}`)) {
        signal.throwIfAborted();
        if (response.status === 400) throw refused(line, what);
        for (const series of seriesIn(line, `the answer to ${what}`, call.key)) {
          ({ partial } = series);
          yield series;
        }
        const wait = turn(signal);
        if (wait) await wait;
      }
      if (!partial) return;
    } finally {
      own.release();
    }
    throw sondeError("connection", `the answer to ${what} ends in the middle: the connection was cut; ask again from the last row on`, {
      retryable: true,
    });
  }

  return {
    series: (query, call) => read(query, call, call.chunkSize ?? options.chunkSize),
    async ask(query, call) {
      let version: string | undefined;
      const series: InfluxSeries[] = [];
      const onHeaders = (headers: Headers) => {
        version = headers.get("x-influxdb-version") ?? undefined;
      };
      for await (const one of read(query, call, options.chunkSize, onHeaders)) series.push(one);
      return { series, version };
    },
    close() {
      closing.abort(sondeError("closed", `the connection to ${url.origin} was closed: open another`, {}));
    },
  };
}

/** What a refusal says of itself. */
function errorIn(body: string): string | undefined {
  let document: ExactJson;
  try {
    document = parseExactJson(body, "a refusal");
  } catch {
    return undefined;
  }
  return isObject(document) && typeof document.error === "string" ? document.error : undefined;
}

function refused(line: string, what: string) {
  const message = errorIn(line);
  if (message === undefined) return sondeError("connection", `${what} was refused (status 400)`, { status: 400, retryable: false });
  if (!/pars|syntax|invalid|expected/i.test(message)) return toldError(message, what);
  return sondeError("options", `${what}: ${message.slice(0, 300)}`, { issues: [{ path: "query", message: message.slice(0, 300) }] });
}
