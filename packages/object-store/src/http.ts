import { createLimiter, httpUrl, mapConcurrent, readText, sondeError, statusError, targetOf } from "@sonde/core/bytes";
import { platform } from "#platform";
import { infoOf, OBJECT_STATUSES, rangeHeader, readObject } from "./answer.js";
import { askedOf } from "./get-options.js";
import { checkListing, compareKeys, encodeKey } from "./key.js";
import { rollUp } from "./roll-up.js";
import { objectSource } from "./source.js";
import type { Entry, ObjectEntry, ObjectInfo, ObjectStore } from "./store.js";
import { exchange, type HttpOptions, type Outgoing, ownBytes, signalOf } from "./transport.js";

export type HttpStoreOptions = HttpOptions & {
  /** The folder that the keys lie in, or a function that gives each object its URL: a presigned one. Its query is shown in no error. */
  readonly url: string | URL | ((key: string, method: "GET" | "PUT") => string | URL | Promise<string | URL>);
  /** What `list` lists, for HTTP itself has no listings: keys, or what is known of each object. Default: `list` rejects with `unsupported`. */
  readonly objects?: readonly (string | ObjectInfo)[] | undefined;
};

/**
 * Objects behind plain HTTP: public ones by their folder, private ones by presigned URLs. Everything is asked by GET, since a URL signed
 * for GET refuses HEAD.
 *
 * @example
 * ```ts
 * const store = http({ url: "https://example.org/archive/" });
 * const { bytes } = await store.get("topics/a.parquet", { range: { last: 8 } });
 * ```
 */
export function http(options: HttpStoreOptions): ObjectStore {
  const { url } = options;
  const base = typeof url === "function" ? undefined : folderUrl(url);
  const name = base ? targetOf(base).replace(/\/$/, "") : "http";
  const known = (options.objects ?? []).map(
    (object): ObjectEntry => ({ kind: "object", ...(typeof object === "string" ? { key: object, size: -1 } : object) }),
  );
  known.sort((a, b) => compareKeys(a.key, b.key));

  const addressOf = async (key: string, method: "GET" | "PUT"): Promise<URL> => {
    const path = encodeKey(key);
    if (typeof url === "function") return httpUrl(await url(key, method));
    const address = new URL(base ?? url);
    address.pathname += path;
    return address;
  };

  const ask = <T>(
    key: string,
    outgoing: Omit<Outgoing, "url">,
    accept: readonly number[],
    read: (response: Response, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> => {
    const target = `${name}/${key}`;
    const method = outgoing.method === "PUT" ? "PUT" : "GET";
    return exchange(
      {
        target,
        accept,
        prepare: async () => ({ ...outgoing, url: await addressOf(key, method), headers: { ...options.headers, ...outgoing.headers } }),
        read,
        refuse: async (response) => statusError(response, target),
      },
      options,
      signal,
    );
  };

  /** A size that nobody told is asked for, once the listing comes to it. */
  const complete = async (entry: Entry, signal: AbortSignal): Promise<Entry> =>
    entry.kind === "object" && entry.size < 0 ? { kind: "object", ...(await store.head(entry.key, { signal })) } : entry;

  const store: ObjectStore = {
    name,
    async *list(listing = {}) {
      const signal = signalOf(listing);
      signal.throwIfAborted();
      checkListing(listing);
      if (options.objects === undefined) {
        throw sondeError(
          "unsupported",
          `${name} can't be listed, for HTTP has no listings: pass \`objects\`, or use s3({ anonymous: true }) for a public bucket`,
          {
            what: "listing over HTTP",
          },
        );
      }
      const looked = mapConcurrent(rollUp(known, listing), 16, (entry, own) => complete(entry, own.signal), { signal });
      for await (const entry of looked) yield entry;
    },

    async head(key, call = {}) {
      // The first byte's answer tells the size; an empty object refuses it and says so.
      const read = async (response: Response) => {
        const size = sizeOf(response);
        if (size !== undefined) return infoOf(response, key, size);
        const advice = "its server must send Content-Range or Content-Length, to a browser by Access-Control-Expose-Headers";
        throw sondeError("connection", `${name}/${key} does not say its size: ${advice}`, {
          target: `${name}/${key}`,
          status: response.status,
          retryable: false,
        });
      };
      return ask(key, { method: "GET", headers: { range: "bytes=0-0" } }, [200, 206, 416], read, signalOf(call));
    },

    async get(key, get = {}) {
      const asked = askedOf(get.range);
      const signal = signalOf(get);
      if (asked === undefined) return { ...(await store.head(key, { signal })), bytes: new Uint8Array(), range: { start: 0, end: 0 } };
      const { ifMatch } = get;
      const conditional = ifMatch !== undefined && !ifMatch.startsWith("W/") && platform.sendsConditions;
      const headers = { range: rangeHeader(asked), ...(conditional && { "if-match": ifMatch }) };
      const target = `${name}/${key}`;
      const read = (response: Response, own: AbortSignal) =>
        readObject(response, { key, target, asked, ifMatch, maxBytes: options.maxBytes, signal: own });
      return ask(key, { method: "GET", headers }, OBJECT_STATUSES, read, signal);
    },

    async put(key, bytes, put = {}) {
      const headers = { "content-type": put.contentType ?? "application/octet-stream" };
      const read = async (response: Response, signal: AbortSignal) => {
        await readText(response, createLimiter({ maxBytes: 2 ** 20 }), { signal });
        return infoOf(response, key, bytes.length);
      };
      return ask(key, { method: "PUT", headers, body: ownBytes(bytes) }, [200, 201, 204], read, signalOf(put));
    },

    source: (object) => objectSource(store, object),
  };
  return store;
}

function sizeOf(response: Response): number | undefined {
  const total = /\/(\d{1,15})$/.exec(response.headers.get("content-range") ?? "")?.[1];
  if (total !== undefined) return Number(total);
  if (response.status === 416) return 0;
  const length = response.headers.get("content-length");
  const encoded = (response.headers.get("content-encoding") ?? "identity") !== "identity";
  return response.status === 200 && !encoded && length !== null && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}

function folderUrl(input: string | URL): URL {
  const url = httpUrl(input);
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}
