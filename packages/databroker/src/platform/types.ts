/** A file of a folder as a listing finds it. */
export type ListedFile = {
  /** Relative to the folder that was opened, with "/". */
  readonly name: string;
  readonly path: string;
  readonly size: number;
  /** Changes whenever the content does, as far as the file system tells. */
  readonly version: string;
};

export type PathKind = "folder" | "file" | "none";

/** What a back end of files needs of the machine. */
export interface FileSystem {
  kindOf(path: string | URL): Promise<PathKind>;
  /** Files directly in a folder, by name. Folders in it are not entered; links are followed. */
  list(folder: string | URL, test: (name: string) => boolean, options: { readonly signal: AbortSignal }): Promise<readonly ListedFile[]>;
  /** `path` below `folder`: relative ones are resolved against it. */
  resolve(folder: string | URL, path: string): string;
  /** The folder that a file is in. */
  folderOf(path: string | URL): string;
  /** Appends to a file, made where there is none, and waits until it is written. */
  append(path: string, bytes: Uint8Array): Promise<void>;
  /** Writes a file whole or not at all. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** As `write`, piece by piece. */
  writeAll(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void>;
}
