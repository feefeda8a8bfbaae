import type { NdArray } from "@sonde/core";
import type { ByteSource } from "@sonde/core/bytes";
import type { DataKey } from "../event-model/data-key.js";
import type { Resource, StreamResource } from "../event-model/documents.js";

/** An array out of a file, as its handler read it: row-major. */
export type AssetArray = {
  readonly shape: readonly number[];
  /** "frame", "height", "width", where the handler knows. */
  readonly dims?: readonly string[];
  readonly data: NdArray["data"];
};

export type AssetReadOptions = {
  readonly signal: AbortSignal;
  /** Half open, one pair a dimension of the result; what lies outside is not read, where the format allows. */
  readonly slice?: readonly (readonly [start: number, end: number])[] | undefined;
};

/** What a handler may ask for: files below the allowed roots, and nothing else. */
export interface AssetContext {
  /** Where the resource lies after `root_map`: an absolute path or URL. For templates ("%s%s_%6.6d.tiff") this is the folder. */
  readonly path: string;
  /** What the descriptor says of the column, where it is known: shapes in it lie at times, so warn and trust the file. */
  readonly dataKey?: DataKey | undefined;
  /**
   * Opens a file: `path` itself without a name, `name` as the handler made it otherwise (absolute, or relative to `path`'s folder).
   * Rejects `not-found` with root, mapped root and path where there is no file, `unsupported` where it leaves the allowed roots.
   */
  open(name: string | undefined, options: { readonly signal: AbortSignal }): Promise<ByteSource>;
  /** Something that is wrong but did not stop the reading. */
  warn(message: string): void;
}

/** One open resource. */
export interface AssetReader {
  /** What one datum names: `datum_kwargs` as written. */
  read(datumKwargs: Readonly<Record<string, unknown>>, options: AssetReadOptions): Promise<AssetArray>;
  close?(): Promise<void>;
}

/** Reads the files of a spec: a plug-in for {@link Resource} documents. */
export interface AssetHandler {
  readonly spec: string;
  open(resource: Resource, context: AssetContext, options: { readonly signal: AbortSignal }): Promise<AssetReader>;
}

/** One open stream resource: its rows are numbered from 0 as `indices` of stream datums count them. */
export interface StreamAssetReader {
  /** Rows `start <= row < stop`; the first dimension of the result is `stop - start`. `slice` cuts the other dimensions. */
  read(indices: { readonly start: number; readonly stop: number }, options: AssetReadOptions): Promise<AssetArray>;
  close?(): Promise<void>;
}

/** Reads the files of a mimetype: a plug-in for {@link StreamResource} documents. */
export interface StreamAssetHandler {
  readonly mimetype: string;
  open(resource: StreamResource, context: AssetContext, options: { readonly signal: AbortSignal }): Promise<StreamAssetReader>;
}

/** Makes the context of one resource: maps its root, confines paths, opens files. The folder `assets` has the one for local files and URLs. */
export type AssetContextOf = (resource: Resource | StreamResource, dataKey: DataKey | undefined) => AssetContext;
