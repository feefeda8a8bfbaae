import type { Span } from "@sonde/core";
import {
  createLimiter,
  type Fetch,
  type LimitOptions,
  type Observe,
  type ReadBodyOptions,
  readBody,
  readText,
  request,
  retry,
  sondeError,
  statusError,
} from "@sonde/core/bytes";
import { isRecord } from "../event-model/own.js";
import { parseJson } from "../files/json/parse.js";
import { encodePath } from "./address.js";

export type ConnectionOptions = {
  readonly api: string;
  readonly apiKey?: string | undefined;
  readonly fetch?: Fetch | undefined;
  readonly headers?: { readonly [name: string]: string } | undefined;
  readonly idleTimeout?: Span | undefined;
  readonly attempts?: number | undefined;
  readonly limits?: Pick<LimitOptions, "maxBytes"> | undefined;
  readonly observe?: Observe | undefined;
};

export type Parameters = readonly (readonly [name: string, value: string])[];
type Waiting = { readonly signal: AbortSignal };

/** Requests to one Tiled server. The key goes with each of them, by header, and to no other server: not where a redirect leads, nor where a link points. */
export interface Connection {
  /** Shown in names and errors. */
  readonly api: string;
  readonly apiKey: string | undefined;
  /** JSON; whole numbers beyond 2^53 come as bigints. Undefined where the answer is 404 and `absent` allows it. */
  json(route: string, path: readonly string[], parameters: Parameters, options: Waiting): Promise<unknown>;
  found(route: string, path: readonly string[], parameters: Parameters, options: Waiting): Promise<unknown>;
  bytes(
    route: string,
    path: readonly string[],
    parameters: Parameters,
    options: Waiting & { readonly length?: number | undefined },
  ): Promise<Uint8Array>;
  /** The body piece by piece. */
  stream(route: string, path: readonly string[], parameters: Parameters, options: Waiting): Promise<Response>;
  post(route: string, path: readonly string[], body: string, options: Waiting): Promise<void>;
}

/** Servers refuse lines much longer than this. */
const longestUrl = 6000;

export function connect(options: ConnectionOptions): Connection {
  const { api, apiKey, attempts = 4 } = options;
  const headers = { ...options.headers, ...(apiKey !== undefined && { Authorization: `Apikey ${apiKey}` }) };
  const limits = { maxBytes: options.limits?.maxBytes };

  const urlOf = (route: string, path: readonly string[], parameters: Parameters): string => {
    const query = new URLSearchParams(parameters.map(([name, value]) => [name, value])).toString();
    const url = `${api}${route}${path.length > 0 || route !== "/" ? encodePath(path) : ""}${query === "" ? "" : `?${query}`}`;
    if (url.length <= longestUrl) return url;
    throw sondeError(
      "limit",
      `a query of ${url.length} characters is longer than servers take: ask for fewer columns or shorter conditions`,
      {
        what: "characters of a query",
        asked: url.length,
        allowed: longestUrl,
      },
    );
  };
  const send = (url: string, signal: AbortSignal, accept: string, expect?: readonly number[]): Promise<Response> =>
    request(url, {
      signal,
      fetch: options.fetch,
      headers: { ...headers, Accept: accept },
      idleTimeout: options.idleTimeout,
      observe: options.observe,
      explain,
      ...(expect !== undefined && { expect }),
    });
  const repeated = <T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> => retry(task, { signal, attempts });

  const read = <T>(
    url: string,
    accept: string,
    signal: AbortSignal,
    decode: (response: Response) => Promise<T>,
    expect?: readonly number[],
  ): Promise<T> => repeated(signal, async () => decode(await send(url, signal, accept, expect)));

  const readJsonOf = async (response: Response, { signal }: ReadBodyOptions): Promise<unknown> => {
    const target = targetOfUrl(response.url || api);
    return parseJson(await readText(response, createLimiter(limits), { signal, what: target }));
  };

  return {
    api,
    apiKey,
    json: (route, path, parameters, { signal }) =>
      read(urlOf(route, path, parameters), "application/json", signal, (response) => readJsonOf(response, { signal })),
    found: (route, path, parameters, { signal }) =>
      read(
        urlOf(route, path, parameters),
        "application/json",
        signal,
        async (response) => {
          if (response.status !== 404) return readJsonOf(response, { signal });
          await response.body?.cancel();
          return undefined;
        },
        [404],
      ),
    bytes: (route, path, parameters, { signal, length }) =>
      read(urlOf(route, path, parameters), "*/*", signal, (response) =>
        readBody(response, createLimiter(limits), { signal, length, what: targetOfUrl(response.url || api) }),
      ),
    stream: (route, path, parameters, { signal }) =>
      repeated(signal, () => send(urlOf(route, path, parameters), signal, "application/json-seq")),
    async post(route, path, body, { signal }) {
      const response = await request(urlOf(route, path, []), {
        signal,
        method: "POST",
        body,
        fetch: options.fetch,
        headers: { ...headers, "Content-Type": "application/json" },
        idleTimeout: options.idleTimeout,
        observe: options.observe,
        explain,
      });
      await response.body?.cancel();
      if (!response.ok) throw statusError(response, targetOfUrl(response.url || api));
    },
  };
}

const targetOfUrl = (url: string): string => url.replace(/[?#].*$/s, "");

/** Tiled says why in `detail`. */
function explain(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) && typeof value.detail === "string" ? value.detail : undefined;
  } catch {
    return undefined;
  }
}
