import type { StreamInfo } from "@sonde/core";
import type { Archive } from "../archive/archives.js";

/** What is known of one archive's streams so far. */
export type Listing = {
  readonly streams: readonly StreamInfo[];
  readonly state: "closed" | "loading" | "more" | "complete" | "failed";
  readonly error?: string | undefined;
};

/** One line of the tree as it is shown. `key` tells it from all others; `set` and `position` count its siblings, from 1. */
export type TreeRow = {
  readonly key: string;
  readonly kind: "archive" | "folder" | "stream" | "more" | "note";
  readonly label: string;
  readonly detail: string;
  readonly depth: number;
  readonly archive: string;
  readonly stream?: StreamInfo | undefined;
  readonly expanded?: boolean | undefined;
  readonly set: number;
  readonly position: number;
};

type Folder = { readonly key: string; readonly label: string; readonly folders: Map<string, Folder>; readonly streams: StreamInfo[] };

/**
 * The lines of the tree from top to bottom: archives, in them the parts of collections, in them streams. A search shows what holds its
 * words, in any order, in the names on the way to it, and opens what leads there.
 */
export function treeRows(
  archives: readonly Archive[],
  listings: ReadonlyMap<string, Listing>,
  expanded: ReadonlySet<string>,
  search = "",
): TreeRow[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const rows: TreeRow[] = [];
  for (const [index, { name, connector, local }] of archives.entries()) {
    const listing = listings.get(name) ?? { streams: [], state: "closed" };
    const key = archiveKey(name);
    const found = words.length === 0 ? listing.streams : listing.streams.filter((stream) => matches(words, name, stream));
    if (words.length > 0 && found.length === 0 && listing.state === "complete") continue;
    const open = words.length > 0 ? listing.state !== "closed" : expanded.has(key);
    const detail = local ? `${connector}, this machine` : connector;
    rows.push({
      key,
      kind: "archive",
      label: name,
      detail,
      depth: 0,
      archive: name,
      expanded: open,
      set: archives.length,
      position: index + 1,
    });
    if (open) rows.push(...inside(name, folderOf(name, found), listing, words.length > 0 ? undefined : expanded, found.length));
  }
  return rows;
}

export function archiveKey(name: string): string {
  return JSON.stringify([name]);
}

function matches(words: readonly string[], archive: string, { name, collection = "", id }: StreamInfo): boolean {
  const text = `${archive} ${collection} ${name} ${id}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function folderOf(archive: string, streams: readonly StreamInfo[]): Folder {
  const root: Folder = { key: archiveKey(archive), label: archive, folders: new Map(), streams: [] };
  for (const stream of streams) {
    let at = root;
    const path: string[] = [archive];
    for (const part of (stream.collection ?? "").split("/").filter((one) => one !== "")) {
      path.push(part);
      let next = at.folders.get(part);
      if (next === undefined) {
        next = { key: JSON.stringify(path), label: part, folders: new Map(), streams: [] };
        at.folders.set(part, next);
      }
      at = next;
    }
    at.streams.push(stream);
  }
  return root;
}

function inside(
  archive: string,
  root: Folder,
  { state, error }: Listing,
  expanded: ReadonlySet<string> | undefined,
  found: number,
): TreeRow[] {
  const rows: TreeRow[] = [];
  const tail = tailOf(archive, state, error, found);
  const visit = (folder: Folder, depth: number, extra: number) => {
    const set = folder.folders.size + folder.streams.length + extra;
    let position = 0;
    for (const one of folder.folders.values()) {
      const open = expanded?.has(one.key) ?? true;
      const detail = String(sizeOf(one));
      rows.push({ key: one.key, kind: "folder", label: one.label, detail, depth, archive, expanded: open, set, position: ++position });
      if (open) visit(one, depth + 1, 0);
    }
    for (const stream of folder.streams) {
      const key = JSON.stringify([archive, null, stream.id]);
      rows.push({ key, kind: "stream", label: stream.name, detail: stream.kind ?? "", depth, archive, stream, set, position: ++position });
    }
  };
  visit(root, 1, tail === undefined ? 0 : 1);
  const set = root.folders.size + root.streams.length + 1;
  if (tail !== undefined) rows.push({ ...tail, depth: 1, archive, set, position: set });
  return rows;
}

/** The last line of an archive: that there is more, that it is asked, that it failed. Its words are the page's, by `label`. */
function tailOf(
  archive: string,
  state: Listing["state"],
  error: string | undefined,
  found: number,
): Pick<TreeRow, "key" | "kind" | "label" | "detail"> | undefined {
  const key = JSON.stringify([archive, state]);
  if (state === "more") return { key, kind: "more", label: "more", detail: "" };
  if (state === "loading") return { key, kind: "note", label: "loading", detail: "" };
  if (state === "failed") return { key, kind: "more", label: "failed", detail: error ?? "" };
  return state === "complete" && found === 0 ? { key, kind: "note", label: "nothing", detail: "" } : undefined;
}

function sizeOf({ folders, streams }: Folder): number {
  let size = streams.length;
  for (const folder of folders.values()) size += sizeOf(folder);
  return size;
}
