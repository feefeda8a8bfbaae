import type { ByteRange, ByteSource } from "@sonde/core/bytes";

export type CallOptions = {
  /** Aborts the call with its own reason, in a wait between retries too. */
  readonly signal?: AbortSignal | undefined;
};

/** What a store knows of an object without giving it. */
export interface ObjectInfo {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  /** As the store writes it, quotes included: equal text means equal bytes. Absent where it has none, or a browser hides it. */
  readonly etag?: string;
  /** When it was written, in nanoseconds since the Unix epoch; S3 and HTTP know whole seconds or milliseconds. */
  readonly modified?: bigint;
}
export interface ObjectEntry extends ObjectInfo {
  readonly kind: "object";
}
/** Everything whose key begins with `key`, up to and with the delimiter: a "folder". */
export interface PrefixEntry {
  readonly kind: "prefix";
  readonly key: string;
}
export type Entry = ObjectEntry | PrefixEntry;

export type ListOptions = CallOptions & {
  /** Only keys that begin with it. */
  readonly prefix?: string | undefined;
  /** Keys that hold it after the prefix are listed as one {@link PrefixEntry}. Mostly "/". */
  readonly delimiter?: string | undefined;
  /** Only entries after it, in the order of the listing; it need not exist. The last entry of a listing that was left goes on from there. */
  readonly startAfter?: string | undefined;
};

export type GetOptions = CallOptions & {
  /**
   * Half open and cut at the object's end, or its last so many bytes. Default: all of it.
   * A range that begins past the end rejects with `format`.
   */
  readonly range?: ByteRange | { readonly last: number } | undefined;
  /** The ETag that the object must have; a changed one rejects with `connection`, status 412, not retryable. */
  readonly ifMatch?: string | undefined;
};

/** Bytes of an object, with what the same answer said of it: `size` is that of the whole object. */
export interface ObjectData extends ObjectInfo {
  readonly bytes: Uint8Array;
  /** Which bytes they are. */
  readonly range: ByteRange;
}

export type PutOptions = CallOptions & {
  /** A media type, where the store keeps one. Default "application/octet-stream". */
  readonly contentType?: string | undefined;
};

/**
 * Objects by key: a bucket, a folder behind HTTP, a folder. Keys are text with "/" between segments, without one in front.
 * Nothing is asked of the store before the first call; a store holds nothing open.
 *
 * Errors carry the key: `not-found`, `auth`, `connection` (with status), `limit` past `maxBytes`, `options` for a key that no such store can have.
 */
export interface ObjectStore {
  /** Names the store in errors; never a secret. */
  readonly name: string;
  /**
   * In the order of the keys' UTF-8 bytes, prefixes among them. Pages come as the loop asks for them, so that leaving it asks no more,
   * and memory is bounded by a page however long the listing is.
   */
  list(options?: ListOptions): AsyncIterable<Entry>;
  /** One request. */
  head(key: string, options?: CallOptions): Promise<ObjectInfo>;
  /** One request, repeated where the store was busy or the answer was cut off; exactly the bytes that were asked for, or it rejects. */
  get(key: string, options?: GetOptions): Promise<ObjectData>;
  /** Makes or replaces the object, whole or not at all. */
  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<ObjectInfo>;
  /**
   * The object as what Sonde's readers read. What a listing or `head` gave, in place of the key, saves the request that learns the size, and
   * holds the object to that state. An object that changes while it is read rejects with `connection`, not retryable.
   */
  source(object: string | ObjectInfo): ByteSource;
}
