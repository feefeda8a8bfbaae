import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { type Bucket, createBucket, type Stored } from "./bucket.node.js";
import { createFaults, type Fault, type SeenRequest } from "./faults.js";
import { entryOf, errorXml, listXml } from "./server-xml.node.js";
import { decode, type KeyPair, presignedUrl, queryOf, type SignedRequest, verify } from "./signature.node.js";

export type S3ServerOptions = {
  /** Made at the start; others are `NoSuchBucket`. Default: "bucket". */
  readonly buckets?: readonly string[] | undefined;
  readonly region?: string | undefined;
  /** Default: a pair made up for this server. */
  readonly credentials?: KeyPair | undefined;
  /** Buckets that anybody may read. */
  readonly public?: readonly string[] | undefined;
  /** The server's clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
};

/** An S3 server in this process, in memory, on a free port of 127.0.0.1. */
export interface S3Server extends AsyncDisposable {
  /** For `s3({ endpoint })`. */
  readonly endpoint: string;
  readonly region: string;
  /** The pair that it knows; another one may be set while it runs, as when credentials expire. */
  credentials: KeyPair;
  /** Every request so far, the refused ones too. */
  readonly requests: readonly SeenRequest[];
  /** Puts an object without a request. Returns its ETag. */
  put(bucket: string, key: string, bytes: Uint8Array | string): string;
  /** What is stored, without a request. */
  get(bucket: string, key: string): Uint8Array | undefined;
  delete(bucket: string, key: string): void;
  /** A URL that needs no credentials. */
  presign(bucket: string, key: string, method?: "GET" | "PUT"): string;
  /** Returns how to take the fault away. */
  inject(fault: Fault): () => void;
  /** Takes all faults away. */
  heal(): void;
  close(): Promise<void>;
}

/**
 * Starts an S3 server for tests: ListObjects (both versions), GET with ranges and conditions, HEAD, PUT and DELETE, path style. It verifies every signature, by
 * code of its own, and fails as it is told.
 *
 * @example
 * ```ts
 * const server = await startS3({ buckets: ["archive"] });
 * server.put("archive", "topics/a.parquet", bytes);
 * server.inject({ kind: "status", status: 503, code: "SlowDown", times: 2 });
 * const { endpoint, region, credentials } = server;
 * const { size } = await s3({ bucket: "archive", endpoint, region, credentials }).head("topics/a.parquet");
 * await server.close();
 * ```
 */
export async function startS3(options: S3ServerOptions = {}): Promise<S3Server> {
  const { region = "us-east-1", now = Date.now, buckets: names = ["bucket"] } = options;
  const buckets = new Map<string, Bucket>(names.map((name) => [name, createBucket()]));
  const requests: SeenRequest[] = [];
  const faults = createFaults();
  const ending = new AbortController();
  const state = { credentials: options.credentials ?? madeUp() };

  const http = createServer((message, response) => {
    response.on("error", () => {});
    answer(message, response).catch(() => response.destroy());
  });

  const answer = async (message: IncomingMessage, response: ServerResponse) => {
    const [path = "/", query = ""] = splitOnce(message.url ?? "/", "?");
    const [bucketName = "", key = ""] = splitOnce(path.slice(1), "/").map(decode);
    const pairs = new Map(queryOf(query));
    const seen = { method: message.method ?? "", bucket: bucketName, key, query: pairs, range: message.headers.range };
    requests.push(seen);
    const struck = faults.strike(seen);
    const chunks: Uint8Array[] = [];
    for await (const chunk of message) chunks.push(chunk);
    const body = Buffer.concat(chunks);

    for (const fault of struck) {
      if (fault.kind === "latency") await wait(fault.milliseconds, undefined, { signal: ending.signal });
      if (fault.kind === "silence") return;
      if (fault.kind === "reset") return void response.destroy();
    }
    response.setHeader("date", new Date(now()).toUTCString());
    const refuse = (status: number, code: string, headers: { readonly [name: string]: string } = {}) => {
      const text = code === "" ? "" : errorXml(code, path, code === "AuthorizationHeaderMalformed" ? { Region: region } : {});
      response.writeHead(status, { "content-type": "application/xml", "x-amz-bucket-region": region, ...headers });
      response.end(message.method === "HEAD" ? undefined : text);
    };
    const told = struck.find((fault) => fault.kind === "status");
    if (told) return refuse(told.status, told.code ?? "", told.headers);

    const request: SignedRequest = { method: seen.method, path, query, headers: headersOf(message) };
    const open = options.public?.includes(bucketName) && message.headers.authorization === undefined && !pairs.has("X-Amz-Signature");
    if (!open) {
      const verdict = verify(request, state.credentials, region, now()) ?? wrongPayload(request, body);
      if (verdict) return refuse(verdict.status, verdict.code);
    } else if (seen.method !== "GET" && seen.method !== "HEAD") return refuse(403, "AccessDenied");
    const bucket = buckets.get(bucketName);
    if (bucket === undefined) return refuse(404, "NoSuchBucket");

    if (seen.method === "PUT" && key !== "") {
      const stored = storedOf(plainBody(request, body), now());
      bucket.set(key, stored);
      return void response.writeHead(200, { etag: stored.etag, "content-length": "0" }).end();
    }
    if (seen.method === "DELETE" && key !== "") {
      bucket.delete(key);
      return void response.writeHead(204).end();
    }
    if (seen.method !== "GET" && seen.method !== "HEAD") return refuse(405, "MethodNotAllowed");
    if (key === "") {
      if (seen.method === "HEAD") return void response.writeHead(200).end();
      const version = pairs.get("list-type") === "2" ? 2 : 1;
      const token = pairs.get("continuation-token");
      const page = {
        prefix: pairs.get("prefix") ?? "",
        delimiter: pairs.get("delimiter") ?? "",
        after: pairs.get("start-after") ?? "",
        from: token === undefined ? pairs.get("marker") : entryOf(token),
        maxKeys: Math.min(1000, Number(pairs.get("max-keys") ?? 1000)),
      };
      const text = listXml(bucketName, page, bucket.page(page), (name) => bucket.get(name), version, pairs.get("encoding-type") === "url");
      return send(response, 200, { "content-type": "application/xml" }, Buffer.from(text), struck, ending.signal);
    }
    const stored = bucket.get(key);
    if (stored === undefined) return refuse(404, "NoSuchKey");
    const etag = struck.some(({ kind }) => kind === "changed-etag") ? `"${randomBytes(16).toString("hex")}"` : stored.etag;
    const condition = message.headers["if-match"];
    if (condition !== undefined && condition !== etag) return refuse(412, "PreconditionFailed");
    const headers = {
      etag,
      "last-modified": stored.modified.toUTCString(),
      "accept-ranges": "bytes",
      "content-type": "application/octet-stream",
    };
    if (seen.method === "HEAD") return void response.writeHead(200, { ...headers, "content-length": String(stored.bytes.length) }).end();
    const part = struck.some(({ kind }) => kind === "ignore-range") ? undefined : partOf(message.headers.range, stored.bytes.length);
    if (part === "unsatisfiable") return refuse(416, "InvalidRange", { "content-range": `bytes */${stored.bytes.length}` });
    if (part === undefined) return send(response, 200, headers, stored.bytes, struck, ending.signal);
    const shift = struck.some(({ kind }) => kind === "shifted-range") ? 1 : 0;
    const range = `bytes ${part.start + shift}-${part.end - 1 + shift}/${stored.bytes.length}`;
    const bytes = stored.bytes.subarray(part.start, part.end);
    return send(response, 206, { ...headers, "content-range": range }, bytes, struck, ending.signal);
  };

  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(0, "127.0.0.1", resolve);
  });
  const address = http.address();
  const endpoint = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;

  const bucketOf = (name: string): Bucket => {
    const bucket = buckets.get(name) ?? createBucket();
    buckets.set(name, bucket);
    return bucket;
  };
  const close = async () => {
    ending.abort();
    http.closeAllConnections();
    await new Promise<void>((resolve) => http.close(() => resolve()));
  };
  return {
    endpoint,
    region,
    get credentials() {
      return state.credentials;
    },
    set credentials(pair) {
      state.credentials = pair;
    },
    requests,
    put(bucket, key, bytes) {
      const stored = storedOf(typeof bytes === "string" ? Buffer.from(bytes) : bytes, now());
      bucketOf(bucket).set(key, stored);
      return stored.etag;
    },
    get: (bucket, key) => buckets.get(bucket)?.get(key)?.bytes,
    delete: (bucket, key) => buckets.get(bucket)?.delete(key),
    presign(bucket, key, method = "GET") {
      const url = new URL(endpoint);
      url.pathname = `/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
      return presignedUrl(url, { method, keys: state.credentials, region, now: now(), seconds: 3600 });
    },
    inject: (fault) => faults.add(fault),
    heal: () => faults.clear(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function send(
  response: ServerResponse,
  status: number,
  headers: { readonly [name: string]: string },
  bytes: Uint8Array,
  struck: readonly Fault[],
  signal: AbortSignal,
) {
  const cut = struck.some(({ kind }) => kind === "short-body");
  const declared = struck.some(({ kind }) => kind === "short-answer") ? bytes.subarray(0, bytes.length >> 1) : bytes;
  response.writeHead(status, { ...headers, "content-length": String(declared.length) });
  for (const fault of struck) {
    if (fault.kind !== "slow-body") continue;
    response.flushHeaders();
    await wait(fault.milliseconds, undefined, { signal });
  }
  if (cut) response.write(declared.subarray(0, declared.length >> 1), () => response.destroy());
  else response.end(declared);
}

function partOf(range: string | undefined, size: number): { readonly start: number; readonly end: number } | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? "");
  if (match === null) return undefined;
  const [first = "", last = ""] = match.slice(1);
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  return start < end ? { start, end } : "unsatisfiable";
}

function wrongPayload(request: SignedRequest, body: Uint8Array) {
  const declared = request.headers["x-amz-content-sha256"];
  if (declared === undefined || !/^[0-9a-f]{64}$/.test(declared)) return undefined;
  const right = createHash("sha256").update(body).digest("hex") === declared;
  return right ? undefined : { status: 400, code: "XAmzContentSHA256Mismatch" };
}

/** Without the frames of `aws-chunked`: a hexadecimal length, a line break, so many bytes, a line break; then trailers. */
function plainBody(request: SignedRequest, body: Buffer): Buffer {
  if (!request.headers["x-amz-content-sha256"]?.startsWith("STREAMING-")) return body;
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = body.indexOf("\r\n", at);
    const length = Number.parseInt(body.toString("latin1", at, line), 16);
    if (line < 0 || !(length > 0)) return Buffer.concat(parts);
    parts.push(body.subarray(line + 2, line + 2 + length));
    at = line + 2 + length + 2;
  }
}

function storedOf(bytes: Uint8Array, now: number): Stored {
  return { bytes, etag: `"${createHash("md5").update(bytes).digest("hex")}"`, modified: new Date(now) };
}

function headersOf(message: IncomingMessage): { readonly [name: string]: string | undefined } {
  return Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : value]));
}

function madeUp(): KeyPair {
  return { accessKeyId: `AKIA${randomBytes(8).toString("hex").toUpperCase()}`, secretAccessKey: randomBytes(30).toString("base64") };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
