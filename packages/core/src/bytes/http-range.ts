/** Half open, as everywhere; `size` is absent where the server does not know it, `start` and `end` where the range was refused. */
type ContentRange = { readonly start?: number; readonly end?: number; readonly size?: number };

/** The Content-Range of an answer (RFC 9110, 14.4), whose last position is inclusive on the wire. Undefined: none, or none that makes sense. */
export function contentRange(response: Response): ContentRange | undefined {
  const match = /^bytes (?:(\d{1,15})-(\d{1,15})|\*)\/(?:(\d{1,15})|\*)$/i.exec(response.headers.get("content-range") ?? "");
  if (match === null) return undefined;
  const [, first, last, size] = match;
  return {
    ...(first !== undefined && { start: Number(first) }),
    ...(last !== undefined && { end: Number(last) + 1 }),
    ...(size !== undefined && { size: Number(size) }),
  };
}

/** What tells one state of an object from the next. */
export type Identity = {
  readonly etag?: string;
  readonly modified?: string;
  /** The ETag for If-Match. */
  readonly condition?: string;
};

export function identityOf(response: Response): Identity {
  const etag = response.headers.get("etag");
  const modified = response.headers.get("last-modified");
  // If-Match needs a strong ETag. Across origins in a browser the header would cost a preflight that servers seldom allow.
  const conditional = etag !== null && !etag.startsWith("W/") && response.type !== "cors";
  return {
    ...(etag !== null && { etag }),
    ...(modified !== null && { modified }),
    ...(conditional && { condition: etag }),
  };
}

/** Last-Modified counts only where there is no ETag: behind a balancer it may differ from machine to machine. */
export function sameIdentity(a: Identity, b: Identity): boolean {
  if (a.etag !== undefined && b.etag !== undefined) return a.etag === b.etag;
  return a.modified === undefined || b.modified === undefined || a.modified === b.modified;
}
