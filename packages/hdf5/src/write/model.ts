import type { Attributes, AttributeValue } from "./attribute.js";
import type { Datatype } from "./datatype.js";

export type FlushOptions = {
  /** Looked at before the first write; a flush that has begun runs to its end, so that the file stays whole. */
  readonly signal?: AbortSignal;
};

export type DatasetOptions = {
  readonly type: Datatype;
  /** The first dimension counts rows. It is 0 where `chunks` is given: rows come by `append`. `[]` is a scalar: one row. */
  readonly shape: readonly number[];
  /** Given together with `chunks`. Null: without limit, only for the first dimension; the others equal `shape`. */
  readonly maxShape?: readonly (number | null)[];
  /** Rows of a chunk, then the other dimensions as in `shape`. Absent: the data lie in one piece of fixed size. */
  readonly chunks?: readonly number[];
  readonly attributes?: Attributes;
};

/** A file under construction. Nothing is seen by readers before `flush`. Any sink's failure ends it: every later call throws that error. */
export interface Hdf5Writer {
  /** Makes the group and its parents, or takes the one that is there; `attributes` are set on it. */
  group(path: string, options?: { readonly attributes?: Attributes }): GroupWriter;
  /** Makes a dataset, and its parents where they are missing. */
  dataset(path: string, options: DatasetOptions): DatasetWriter;
  /** Sets or replaces an attribute of the object at `path`. Rejects with `limit` past 64 KiB and with `not-found` without such an object. */
  setAttribute(path: string, name: string, value: AttributeValue): void;
  /**
   * Resolves once any reader that opens the file finds everything given so far. From then on no later kill of this process, at whatever
   * write, loses any of it; with a sink whose `flush` outlives a loss of power, no such loss does either.
   * Datasets show their new rows in the order in which the datasets were made, then attributes of eight bytes or less (NROWS) follow.
   */
  flush(options?: FlushOptions): Promise<void>;
  /** Flushes and closes the sink. Twice is fine. */
  close(options?: FlushOptions): Promise<void>;
}

export interface GroupWriter {
  readonly path: string;
  setAttribute(name: string, value: AttributeValue): void;
}

export interface DatasetWriter {
  readonly path: string;
  /** Appended so far, flushed or not. */
  readonly rows: number;
  /**
   * Takes whole rows, packed as the type says; the bytes are copied. Cost: that of the copy, and a write per full buffer (at most 64 KiB).
   * Returns a promise only where the sink is slower: waiting for it bounds memory. That promise never rejects; the next call throws instead.
   */
  append(rows: Uint8Array): Promise<void> | undefined;
  setAttribute(name: string, value: AttributeValue): void;
}
