/** Where documents say that files are, and where they are here. Pure: nothing is looked at. */

import { sondeError } from "@sonde/core/bytes";
import type { Resource, StreamResource } from "../event-model/documents.js";

/** Where a tree of files was when the documents were written → where it is here: a folder, or the http(s) URL of one. */
export type RootMap = Readonly<Record<string, string>>;

export type Located = {
  /** Absolute, or a URL; separated by "/". */
  readonly path: string;
  /** What the document says, for messages. */
  readonly stated: string;
  /** The root that was replaced, and by what. */
  readonly mapped?: { readonly root: string; readonly target: string };
};

/**
 * The path of a resource: its root, replaced as the map says, and its path. A path that is absolute itself makes its root void, as
 * in Python. Entries of the map hold for everything below them; the longest wins. Rejects `unsupported` for paths that climb (`..`), for schemes other than
 * `file`, `http` and `https`, and for roots that are names of another catalog and not in the map.
 */
export function locate(resource: Resource | StreamResource, rootMap: RootMap): Located {
  const stated = statedPath(resource);
  const full = checked(stated.path, stated.shown);
  const entry = longest(full, stated.windows, rootMap);
  if (entry !== undefined) {
    const rest = full.slice(entry.length).replace(/^\/+/, "");
    const path = joined(trimmed(entry.target), rest);
    // Templates are written after the path as it stands, so a slash at its end stays.
    return {
      path: full.endsWith("/") && !path.endsWith("/") ? `${path}/` : path,
      stated: stated.shown,
      mapped: { root: entry.root, target: entry.target },
    };
  }
  if (isAbsolute(full) || isUrl(full)) return { path: full, stated: stated.shown };
  throw sondeError(
    "not-found",
    `${stated.shown}: nobody says where the root ${JSON.stringify(rootOf(resource))} is here: add it to rootMap, as { "${rootOf(resource)}": "/where/it/is" }`,
    { id: stated.shown },
  );
}

/** Whether a path, made absolute, lies in a folder or is it: by its text alone. */
export function liesIn(path: string, folder: string): boolean {
  const inside = trimmed(folder);
  return path === inside || path.startsWith(inside === "/" ? "/" : `${inside}/`);
}

/** A file that a handler names: absolute, or in the folder of `path` (`path` itself where it ends in "/"). */
export function fileIn(path: string, name: string): string {
  const clean = checked(name, name);
  if (isAbsolute(clean) || isUrl(clean)) return clean;
  return joined(path.slice(0, path.lastIndexOf("/")), clean);
}

export const isUrl = (path: string): boolean => /^https?:\/\//i.test(path);
export const isAbsolute = (path: string): boolean => path.startsWith("/") || /^[a-z]:\//i.test(path);

type Stated = { readonly path: string; readonly shown: string; readonly windows: boolean };

function statedPath(resource: Resource | StreamResource): Stated {
  if ("uri" in resource && typeof resource.uri === "string") return uriPath(resource.uri);
  const windows = "path_semantics" in resource && resource.path_semantics === "windows";
  const slashed = (text: string) => (windows ? text.replaceAll("\\", "/") : text);
  const root = slashed(rootOf(resource));
  const path = slashed(resource.resource_path ?? "");
  const shown = root === "" ? path : `${root} / ${path}`;
  // A drive without a slash ("C:data") is relative to a folder that nobody knows.
  if (windows && /^[a-z]:(?!\/)/i.test(path)) throw refused(shown, "it is relative to the folder of a drive");
  const absolute = path.startsWith("/") || (windows && isAbsolute(path));
  return { path: absolute || root === "" ? path : joined(trimmed(root), path), shown, windows };
}

function rootOf(resource: Resource | StreamResource): string {
  return typeof resource.root === "string" ? resource.root : "";
}

function uriPath(uri: string): Stated {
  if (isUrl(uri)) return { path: uri, shown: uri.replace(/[?#].*$/s, ""), windows: false };
  const [, host = "", path] = /^file:(?:\/\/([^/?#]*))?(\/[^?#]*)$/i.exec(uri) ?? [];
  if (path === undefined || (host !== "" && host.toLowerCase() !== "localhost")) {
    throw refused(uri.slice(0, 200), "only file:, http: and https: of this machine and of servers can be opened");
  }
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    throw refused(uri.slice(0, 200), "its escapes are no UTF-8");
  }
  // file:///C:/data
  const drive = /^\/[a-z]:\//i.test(decoded);
  return { path: drive ? decoded.slice(1) : decoded, shown: uri, windows: drive };
}

/** Rejects what climbs, before anything is joined: a `..` that cancels out is refused too. */
function checked(path: string, shown: string): string {
  if (path.includes("\0")) throw refused(shown, "it holds a zero byte");
  // Of a URL its escapes count too, since servers undo them.
  const plain = isUrl(path) ? path.replace(/%2e/gi, ".").replace(/%2f/gi, "/").replace(/%5c/gi, "\\") : path;
  if (plain.split(/[/\\]/).includes("..")) throw refused(shown, "it climbs out of its folder by ..");
  return path;
}

function longest(path: string, windows: boolean, rootMap: RootMap) {
  const folded = (text: string) => (windows ? text.toLowerCase() : text);
  let found: { readonly root: string; readonly target: string; readonly length: number } | undefined;
  for (const [root, target] of Object.entries(rootMap)) {
    const key = trimmed(windows ? root.replaceAll("\\", "/") : root);
    if (key.length >= (found?.length ?? -1) && liesIn(folded(path), folded(key)))
      found = { root, target, length: key === "/" ? 0 : key.length };
  }
  return found;
}

const trimmed = (folder: string): string => (folder.length > 1 ? folder.replace(/(?<!:)\/+$/, "") || "/" : folder);

function joined(folder: string, rest: string): string {
  if (rest === "") return folder;
  return folder.endsWith("/") ? folder + rest : `${folder}/${rest}`;
}

function refused(shown: string, why: string) {
  return sondeError("unsupported", `${JSON.stringify(shown)} is not opened: ${why}`, { what: "paths out of their folder" });
}
