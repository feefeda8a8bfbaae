import { createLimiter, raceAbort, readText, sondeError } from "@sonde/core/bytes";
import { infoOf, OBJECT_STATUSES, rangeHeader, readObject } from "./answer.js";
import { type Credentials, foundCredentials, type Keyring, keyring } from "./credentials.js";
import { askedOf } from "./get-options.js";
import { checkListing, compareKeys, encodeKey, encodeText } from "./key.js";
import { decodeListPage } from "./list-page.js";
import { isExpired, readRefusal, refusalError } from "./refusal.js";
import type { S3Options } from "./s3-options.js";
import { bucketUrl, checkedBucket, s3Settings } from "./s3-settings.js";
import { signed } from "./sign.js";
import { objectSource } from "./source.js";
import type { ListOptions, ObjectStore } from "./store.js";
import { type Exchange, exchange, type Outgoing, signalOf } from "./transport.js";

/** An answer of 1000 keys of 1024 bytes, each byte escaped, is 6 MB. */
const PAGE_BYTES = 16 * 2 ** 20;

type Ready = { readonly base: URL; readonly region: string; readonly keys: Keyring | undefined };
type Question = Omit<Outgoing, "url"> & { readonly path: string; readonly query?: readonly (readonly [string, string])[] };

/**
 * A bucket of Amazon S3 or of a server that speaks its protocol. Region, endpoint and credentials that are not given are looked for at the first
 * call, where the AWS tools look.
 *
 * @example
 * ```ts
 * const bucket = s3({ bucket: "efd-sandbox.data", region: "us-east-1" });
 * for await (const { key } of bucket.list({ prefix: "topics/", delimiter: "/" })) console.log(key);
 * ```
 */
export function s3(options: S3Options): ObjectStore {
  const bucket = checkedBucket(options.bucket);
  const name = `s3://${bucket}`;
  const pageSize = checkedPageSize(options.pageSize ?? 1000);
  const derived = new Map<string, ArrayBuffer>();
  let ready: Promise<Ready> | undefined;

  const prepare = async (): Promise<Ready> => {
    const settings = await s3Settings(options, new AbortController().signal);
    const { credentials } = options;
    const provider =
      typeof credentials === "function"
        ? credentials
        : credentials
          ? async () => credentials
          : foundCredentials({ profile: options.profile, region: settings.region });
    return {
      base: bucketUrl(bucket, settings, options.pathStyle),
      region: settings.region,
      keys: options.anonymous ? undefined : keyring(provider),
    };
  };
  const getReady = (signal: AbortSignal) => {
    ready ??= prepare().catch((error: unknown) => {
      ready = undefined;
      throw error;
    });
    return raceAbort(ready, signal);
  };

  const ask = async <T>(
    { path, query = [], ...outgoing }: Question,
    what: Pick<Exchange<T>, "target" | "accept" | "read">,
    signal: AbortSignal,
  ): Promise<T> => {
    signal.throwIfAborted();
    const { base, region, keys } = await getReady(signal);
    const url = new URL(base.href + path);
    if (query.length > 0) url.search = query.map(([key, value]) => `${key}=${encodeText(value)}`).join("&");
    let used: Credentials | undefined;
    let expired = false;
    const once = () =>
      exchange(
        {
          ...what,
          async prepare(own) {
            const plain: Outgoing = { ...outgoing, url, headers: { ...options.headers, ...outgoing.headers } };
            if (keys === undefined) return plain;
            used = await keys.current(own);
            // The keys of yesterday's date, or of credentials that are gone, are of no use.
            if (derived.size > 8) derived.clear();
            return signed(plain, used, region, derived);
          },
          async refuse(response, own) {
            const refusal = await readRefusal(response, own);
            expired = isExpired(refusal);
            return refusalError(response, refusal, what.target, bucket);
          },
        },
        options,
        signal,
      );
    try {
      return await once();
    } catch (error) {
      if (!expired || used === undefined || keys === undefined || typeof options.credentials === "object") throw error;
      keys.drop(used);
      return await once();
    }
  };

  const targetOf = (key: string) => `${name}/${key}`;

  const page = (listing: ListOptions, token: string | undefined, signal: AbortSignal) => {
    const query: [string, string][] = [
      ["encoding-type", "url"],
      ["list-type", "2"],
      ["max-keys", String(pageSize)],
      ["prefix", listing.prefix ?? ""],
    ];
    if (listing.delimiter) query.push(["delimiter", listing.delimiter]);
    if (token !== undefined) query.push(["continuation-token", token]);
    else if (listing.startAfter) query.push(["start-after", listing.startAfter]);
    const target = targetOf(listing.prefix ?? "");
    return ask(
      { method: "GET", path: "", query, headers: {} },
      {
        target,
        accept: [200],
        read: async (response, own) =>
          decodeListPage(await readText(response, createLimiter({ maxBytes: PAGE_BYTES }), { signal: own, what: target }), target),
      },
      signal,
    );
  };

  const store: ObjectStore = {
    name,
    async *list(listing = {}) {
      const signal = signalOf(listing);
      checkListing(listing);
      const { startAfter = "", prefix = "" } = listing;
      let token: string | undefined;
      do {
        const { entries, next } = await page(listing, token, signal);
        if (next !== undefined && next === token) {
          throw sondeError("connection", `${targetOf(prefix)} lists the same page again and again: its server is at fault`, {
            target: targetOf(prefix),
            retryable: false,
          });
        }
        for (const entry of entries) {
          // Servers differ in whether a prefix follows the key that lies in it.
          if (compareKeys(entry.key, startAfter) <= 0) continue;
          signal.throwIfAborted();
          yield entry;
        }
        token = next;
      } while (token !== undefined);
    },

    head: async (key, call = {}) =>
      ask(
        { method: "HEAD", path: encodeKey(key), headers: {} },
        {
          target: targetOf(key),
          accept: [200],
          async read(response) {
            const length = response.headers.get("content-length");
            if (length !== null && /^\d{1,15}$/.test(length)) return infoOf(response, key, Number(length));
            throw sondeError("connection", `${targetOf(key)} does not say its size: its server is at fault`, {
              target: targetOf(key),
              status: response.status,
              retryable: false,
            });
          },
        },
        signalOf(call),
      ),

    async get(key, get = {}) {
      const asked = askedOf(get.range);
      const signal = signalOf(get);
      if (asked === undefined) return { ...(await store.head(key, { signal })), bytes: new Uint8Array(), range: { start: 0, end: 0 } };
      const { ifMatch } = get;
      const conditional = ifMatch !== undefined && !ifMatch.startsWith("W/");
      return ask(
        { method: "GET", path: encodeKey(key), headers: { range: rangeHeader(asked), ...(conditional && { "if-match": ifMatch }) } },
        {
          target: targetOf(key),
          accept: OBJECT_STATUSES,
          read: (response, own) =>
            readObject(response, { key, target: targetOf(key), asked, ifMatch, maxBytes: options.maxBytes, signal: own }),
        },
        signal,
      );
    },

    put: async (key, bytes, put = {}) =>
      ask(
        { method: "PUT", path: encodeKey(key), headers: { "content-type": put.contentType ?? "application/octet-stream" }, body: bytes },
        { target: targetOf(key), accept: [200, 201, 204], read: async (response) => infoOf(response, key, bytes.length) },
        signalOf(put),
      ),

    source: (object) => objectSource(store, object),
  };
  return store;
}

function checkedPageSize(pageSize: number): number {
  if (Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= 1000) return pageSize;
  const message = `pageSize must be a whole number from 1 to 1000, got ${pageSize}`;
  throw sondeError("options", message, { issues: [{ path: "pageSize", message }] });
}
