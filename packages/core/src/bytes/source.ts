/** Bytes `start <= position < end` of a file or object. */
export type ByteRange = { readonly start: number; readonly end: number };

/**
 * Where everything that reads files or objects gets its bytes: a file, a `Blob`, a buffer, an object behind HTTP.
 * Any object with these members is one; `map`, `limit` and faults for tests are made by wrapping.
 */
export interface ByteSource {
  /** Names the file or object in errors; never a secret (a presigned URL is shown without its query). */
  readonly name: string;
  /** In bytes. Asks the store at most once. */
  size(options: { readonly signal: AbortSignal }): Promise<number>;
  /**
   * Exactly `range.end - range.start` bytes, or rejects: `format` when the source is shorter than it said,
   * `connection` when it can't be reached. The array may be a view; it is not written to.
   */
  read(range: ByteRange, options: { readonly signal: AbortSignal }): Promise<Uint8Array>;
  /**
   * Fills `target` with the bytes from `start` on, for readers that use one buffer again and again; rejects as {@link read} does. Present
   * where it saves an allocation: who wraps `read` wraps it too, or leaves it out. While it is under way, and for ever where it rejects,
   * `target` is the source's: a read that was left may still write to it.
   */
  readInto?(target: Uint8Array, options: { readonly start: number; readonly signal: AbortSignal }): Promise<void>;
  /** Idempotent; releases the descriptor or connection. */
  close(): Promise<void>;
}

/** A local file: a reader in a worker thread may read it synchronously by its descriptor, which stays open until `close()`. */
export interface FileSource extends ByteSource {
  /** The open file's number, for `node:fs`; not valid in another process. */
  readonly descriptor: number;
}
export type FileOptions = {
  /** Ends the wait for a mount that does not answer; the source itself does not keep it. */
  readonly signal?: AbortSignal | undefined;
};
