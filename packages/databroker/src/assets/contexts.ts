import { type ByteSource, fromUrl, isSondeError, sondeError, type UrlOptions } from "@sonde/core/bytes";
import type { DataKey } from "../event-model/data-key.js";
import type { Resource, StreamResource } from "../event-model/documents.js";
import type { AssetContext, AssetContextOf } from "../handlers/types.js";
import { fileIn, isUrl, type Located, liesIn, locate, type RootMap } from "./paths.js";

/** Opens a file below one of the folders, all links followed; the platform's. */
type OpenLocalFile = (path: string, roots: readonly string[], options: { readonly signal: AbortSignal }) => Promise<ByteSource>;

export type AssetOptions = {
  /**
   * Where files were when the documents were written → where they are here, a folder or an http(s) URL. What documents name is opened below
   * these targets and the `roots`, and nowhere else, links followed.
   */
  readonly rootMap?: RootMap | undefined;
  /** Folders and URLs that may be read as the documents name them. */
  readonly roots?: readonly string[] | undefined;
  /** For files behind URLs. */
  readonly http?: Omit<UrlOptions, "name"> | undefined;
  /** Told what is wrong without stopping the reading, such as a shape that the file contradicts. */
  readonly onWarning?: ((message: string) => void) | undefined;
};

/** How the resources of a catalog find their files. */
export function assetContexts(options: AssetOptions, openLocal: OpenLocalFile): AssetContextOf {
  const rootMap = options.rootMap ?? {};
  const allowed = [...(options.roots ?? []), ...Object.values(rootMap)];
  const folders = allowed.filter((root) => !isUrl(root));
  const urls = allowed.filter(isUrl);

  const open = async (path: string, call: { readonly signal: AbortSignal }): Promise<ByteSource> => {
    if (!isUrl(path)) return openLocal(path, folders, call);
    const url = new URL(path);
    // Compared as the parser has it, which undoes `%2e` and the like.
    if (urls.some((root) => sameFolder(new URL(root), url))) return fromUrl(url, options.http ?? {});
    throw sondeError("unsupported", `${url.origin}${url.pathname} lies below no URL that may be read: name it in roots or rootMap`, {
      what: "URLs that are not allowed",
    });
  };

  return (resource: Resource | StreamResource, dataKey: DataKey | undefined): AssetContext => {
    let located: Located | undefined;
    const place = () => (located ??= locate(resource, rootMap));
    return {
      get path() {
        return place().path;
      },
      ...(dataKey !== undefined && { dataKey }),
      async open(name, call) {
        const { path } = place();
        const file = name === undefined ? path : fileIn(path, name);
        try {
          return await open(file, call);
        } catch (error) {
          if (isSondeError(error, "not-found")) throw missing(file, place(), error);
          throw error;
        }
      },
      warn: (message) => options.onWarning?.(message),
    };
  };
}

function sameFolder(root: URL, url: URL): boolean {
  return root.origin === url.origin && liesIn(url.pathname, root.pathname);
}

function missing(file: string, { stated, mapped }: Located, cause: unknown) {
  const how = mapped === undefined ? "" : `, where ${JSON.stringify(mapped.root)} is mapped to ${JSON.stringify(mapped.target)}`;
  return sondeError(
    "not-found",
    `there is no file ${file} (the document says ${stated}${how}): is it still there, or does rootMap need an entry?`,
    {
      id: file,
      cause,
    },
  );
}
