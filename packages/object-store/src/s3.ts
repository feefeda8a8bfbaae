import { createLimiter, readText, sondeError } from "@sonde/core/bytes";
import { atFault, infoOf, OBJECT_STATUSES, rangeHeader, readObject } from "./answer.js";
import { askedOf } from "./get-options.js";
import { checkListing, compareKeys, encodeKey } from "./key.js";
import { decodeListPage } from "./list-page.js";
import { s3Client } from "./s3-client.js";
import type { S3Options } from "./s3-options.js";
import { checkedBucket } from "./s3-settings.js";
import { objectSource } from "./source.js";
import type { ListOptions, ObjectStore } from "./store.js";
import { ownBytes, signalOf } from "./transport.js";

/** An answer of 1000 keys of 1024 bytes, each byte escaped, is 6 MB. */
const PAGE_BYTES = 16 * 2 ** 20;

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
  const ask = s3Client(options);
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
    const read = async (response: Response, own: AbortSignal) =>
      decodeListPage(await readText(response, createLimiter({ maxBytes: PAGE_BYTES }), { signal: own, what: target }), target);
    return ask({ method: "GET", path: "", query, headers: {}, target, accept: [200], read }, signal);
  };

  const store: ObjectStore = {
    name,
    async *list(listing = {}) {
      const signal = signalOf(listing);
      checkListing(listing);
      const { startAfter = "", prefix = "" } = listing;
      let token: string | undefined;
      let last = startAfter;
      do {
        const { entries, next } = await page(listing, token, signal);
        for (const entry of entries) {
          // Servers differ in whether a prefix follows the key that lies in it, and some tell a prefix on two pages.
          if (compareKeys(entry.key, startAfter) <= 0 || entry.key === last) continue;
          // Not only wrong: such a listing may never end.
          if (compareKeys(entry.key, last) < 0)
            throw atFault(targetOf(prefix), `lists ${entry.key} after ${last}: its server is at fault`, 200);
          if (!entry.key.startsWith(prefix)) throw atFault(targetOf(prefix), `lists ${entry.key}: its server is at fault`, 200);
          signal.throwIfAborted();
          last = entry.key;
          yield entry;
        }
        if (next !== undefined && next === token) {
          throw atFault(targetOf(prefix), "lists the same page again and again: its server is at fault", 200);
        }
        token = next;
      } while (token !== undefined);
    },

    async head(key, call = {}) {
      const target = targetOf(key);
      const read = async (response: Response) => {
        const length = response.headers.get("content-length");
        if (length !== null && /^\d{1,15}$/.test(length)) return infoOf(response, key, Number(length));
        throw atFault(target, "does not say its size: its server is at fault", response.status);
      };
      return ask({ method: "HEAD", path: encodeKey(key), headers: {}, target, accept: [200], read }, signalOf(call));
    },

    async get(key, get = {}) {
      const asked = askedOf(get.range);
      const signal = signalOf(get);
      if (asked === undefined) return { ...(await store.head(key, { signal })), bytes: new Uint8Array(), range: { start: 0, end: 0 } };
      const { ifMatch } = get;
      const { maxBytes } = options;
      const target = targetOf(key);
      const conditional = ifMatch !== undefined && !ifMatch.startsWith("W/");
      const headers = { range: rangeHeader(asked), ...(conditional && { "if-match": ifMatch }) };
      const read = (response: Response, own: AbortSignal) => readObject(response, { key, target, asked, ifMatch, maxBytes, signal: own });
      return ask({ method: "GET", path: encodeKey(key), headers, target, accept: OBJECT_STATUSES, read }, signal);
    },

    async put(key, bytes, put = {}) {
      const headers = { "content-type": put.contentType ?? "application/octet-stream" };
      const read = async (response: Response) => infoOf(response, key, bytes.length);
      const target = targetOf(key);
      return ask(
        { method: "PUT", path: encodeKey(key), headers, body: ownBytes(bytes), target, accept: [200, 201, 204], read },
        signalOf(put),
      );
    },

    source: (object) => objectSource(store, object),
  };
  return store;
}

function checkedPageSize(pageSize: number): number {
  if (Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= 1000) return pageSize;
  const message = `pageSize must be a whole number from 1 to 1000, got ${pageSize}`;
  throw sondeError("options", message, { issues: [{ path: "pageSize", message }] });
}
