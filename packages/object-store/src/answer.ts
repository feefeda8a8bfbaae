import { type ByteRange, createLimiter, readBody, sondeError } from "@sonde/core/bytes";
import type { ObjectData, ObjectInfo } from "./store.js";

/** What part of an object a request asks for; without `end` it goes to the end. */
export type Asked = { readonly start: number; readonly end?: number } | { readonly last: number };

/** A GET's answer may lie; what is read here has been held against what was asked. `target` names the object in errors. */
export type AnswerOptions = {
  readonly key: string;
  readonly target: string;
  readonly asked: Asked;
  readonly ifMatch: string | undefined;
  readonly maxBytes: number | undefined;
  readonly signal: AbortSignal;
};

/** The `Range` header (RFC 9110, 14.2), whose last position is inclusive. */
export function rangeHeader(asked: Asked): string {
  if ("last" in asked) return `bytes=-${asked.last}`;
  return `bytes=${asked.start}-${asked.end === undefined ? "" : asked.end - 1}`;
}

/** Statuses that {@link readObject} understands. */
export const OBJECT_STATUSES: readonly number[] = [200, 206, 412, 416];

/**
 * The object's bytes out of the answer to a GET with a `Range`. The length of the body, the range that the server says it sent, the encoding and the
 * ETag are checked; a 200 is taken only where it holds no more than was asked for, since the rest of it would have to come over the wire to be dropped.
 */
export async function readObject(response: Response, options: AnswerOptions): Promise<ObjectData> {
  const { key, target, asked, ifMatch, signal } = options;
  const limiter = createLimiter({ maxBytes: options.maxBytes });
  const { status } = response;
  if (status === 412) throw changed(target, status);
  refuseEncoding(response, target);
  if (status === 416) {
    // Only the empty object has no first and no last byte.
    if ("last" in asked || asked.start === 0) return { ...infoOf(response, key, 0), bytes: new Uint8Array(), range: { start: 0, end: 0 } };
    throw sondeError("format", `${target} has no byte ${asked.start}: it was cut short, or what points there is damaged`, {
      key,
      offset: asked.start,
    });
  }
  if (ifMatch !== undefined && !sameTag(ifMatch, response.headers.get("etag"))) throw changed(target, status);
  const span = status === 206 ? partOf(response, target, asked) : wholeOf(response, target, asked);
  const length = span && span.range.end - span.range.start;
  const bytes = await readBody(response, limiter, { signal, what: target, length });
  return { ...infoOf(response, key, span?.size ?? bytes.length), bytes, range: span?.range ?? { start: 0, end: bytes.length } };
}

type Span = { readonly range: ByteRange; readonly size: number };

function partOf(response: Response, target: string, asked: Asked): Span {
  const header = response.headers.get("content-range");
  if (header === null) {
    const advice = "in a browser its server must send Access-Control-Expose-Headers: Content-Range, ETag";
    throw atFault(target, `does not say which range it answered: ${advice}`, response.status);
  }
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/i.exec(header);
  const [start, last, size] = (match ?? []).slice(1).map(Number);
  if (start !== undefined && last !== undefined && size !== undefined) {
    const range = { start, end: last + 1 };
    const first = "last" in asked ? Math.max(0, size - asked.last) : asked.start;
    const end = "last" in asked || asked.end === undefined ? size : Math.min(asked.end, size);
    if (range.start === first && range.end === end && end > first) return { range, size };
  }
  throw atFault(target, `answered another range (${header.slice(0, 60)}) than ${rangeHeader(asked)}: ${BLAME}`, response.status);
}

/** Undefined: all of it was asked for, and the server does not say how much that is. */
function wholeOf(response: Response, target: string, asked: Asked): Span | undefined {
  const header = response.headers.get("content-length");
  const size = header !== null && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
  const most = "last" in asked ? asked.last : asked.start > 0 ? -1 : (asked.end ?? Number.POSITIVE_INFINITY);
  if (most !== Number.POSITIVE_INFINITY && (size === undefined || size > most)) {
    throw atFault(target, `answered the whole object where ${rangeHeader(asked)} was asked for: ${BLAME}`, response.status);
  }
  return size === undefined ? undefined : { range: { start: 0, end: size }, size };
}

/** What the headers of an answer say of an object of that size. */
export function infoOf(response: Response, key: string, size: number): ObjectInfo {
  const etag = response.headers.get("etag");
  const modified = Date.parse(response.headers.get("last-modified") ?? "");
  return { key, size, ...(etag && { etag }), ...(!Number.isNaN(modified) && { modified: BigInt(modified) * 1_000_000n }) };
}

/** A weak tag and a strong one of the same text are of the same state; an answer without one says nothing. */
function sameTag(expected: string, actual: string | null): boolean {
  return actual === null || expected.replace(/^W\//, "") === actual.replace(/^W\//, "");
}

function refuseEncoding(response: Response, target: string): void {
  const encoding = response.headers.get("content-encoding") ?? "identity";
  // "aws-chunked" is what some servers keep of how the object was uploaded; the bytes are plain.
  if (/^(|identity|aws-chunked,?)$/i.test(encoding)) return;
  throw sondeError(
    "unsupported",
    `${target} is stored or sent with content encoding ${encoding.slice(0, 40)}, of which no range can be cut`,
    {
      what: `content encoding ${encoding.slice(0, 40)}`,
    },
  );
}

const BLAME = "the server or a proxy before it is at fault";

export function atFault(target: string, problem: string, status: number) {
  return sondeError("connection", `${target} ${problem}`, { target, status, retryable: false });
}

export function changed(target: string, status = 412) {
  return sondeError("connection", `${target} changed while it was read: list it again, or open it again`, {
    target,
    status,
    retryable: false,
  });
}
