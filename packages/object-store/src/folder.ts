/** A folder as `fs` sees it; paths are segments that have been checked. */
export interface Folder {
  readonly name: string;
  /** What lies directly below, in any order; links that lead out, special files and unfinished writes left out. Empty where there is no such folder. */
  children(path: readonly string[], signal: AbortSignal): Promise<readonly Child[]>;
  /** Rejects with `not-found`. */
  open(path: readonly string[], signal: AbortSignal): Promise<OpenFile>;
  /** Makes the folders that it needs; the file is there whole or not at all. */
  write(path: readonly string[], bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void>;
}

export type Child = { readonly name: string; readonly kind: "file" | "folder" };

/** A file in one state: what changes it while it is open is noticed by `state`. */
export interface OpenFile {
  readonly state: FileState;
  /** Exactly these bytes, which lie inside. */
  read(start: number, end: number, signal: AbortSignal): Promise<Uint8Array>;
  /** How the file is now. */
  check(signal: AbortSignal): Promise<FileState>;
  close(): Promise<void>;
}
export type FileState = { readonly size: number; readonly modified: bigint };

/** Names of files that are being written; no key. */
export const UNFINISHED = /^\.sonde-put-[0-9a-f-]{36}$/;
