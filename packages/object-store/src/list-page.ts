import { sondeError } from "@sonde/core/bytes";
import { compareKeys } from "./key.js";
import type { Entry } from "./store.js";
import { childOf, type Element, parseXml } from "./xml.js";

/** One answer to ListObjectsV2. */
type ListPage = {
  /** In the order of their keys, objects and prefixes together. */
  readonly entries: readonly Entry[];
  /** Asks for the page after this one; absent on the last. */
  readonly next?: string;
};

/** Reads the answer to ListObjectsV2 (Amazon S3 API Reference, "ListBucketResult"); `store` names it in errors. */
export function decodeListPage(text: string, store: string): ListPage {
  const root = parseXml(text, store);
  const damaged = (problem: string) =>
    sondeError("format", `${store} answered a listing ${problem}: is this an S3 server?`, { key: store });
  if (root.name !== "ListBucketResult") throw damaged(`that is a <${root.name}>`);
  const decode = childOf(root, "EncodingType")?.text === "url" ? decodeUrl : (name: string) => name;
  const name = (element: Element | undefined): string => {
    if (element === undefined || element.text === "") throw damaged("with an entry without a name");
    const decoded = decode(element.text);
    if (decoded === undefined) throw damaged("with a name that is wrongly encoded");
    return decoded;
  };
  const entries = root.children.flatMap((child): Entry[] => {
    if (child.name === "CommonPrefixes") return [{ kind: "prefix", key: name(childOf(child, "Prefix")) }];
    if (child.name !== "Contents") return [];
    const key = name(childOf(child, "Key"));
    const size = childOf(child, "Size")?.text ?? "";
    if (!/^\d{1,16}$/.test(size) || !Number.isSafeInteger(Number(size))) throw damaged(`in which ${key} has no size`);
    const etag = quoted(childOf(child, "ETag")?.text);
    const modified = Date.parse(childOf(child, "LastModified")?.text ?? "");
    return [
      {
        kind: "object",
        key,
        size: Number(size),
        ...(etag && { etag }),
        ...(!Number.isNaN(modified) && { modified: BigInt(modified) * 1_000_000n }),
      },
    ];
  });
  // The answer tells all objects, then all prefixes.
  entries.sort((a, b) => compareKeys(a.key, b.key));
  if (childOf(root, "IsTruncated")?.text !== "true") return { entries };
  const next = childOf(root, "NextContinuationToken")?.text;
  if (!next) throw damaged("that goes on, but not where");
  return { entries, next };
}

/** `encoding-type=url` writes a space as "+". */
function decodeUrl(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

/** Some servers leave the quotes out in listings; If-Match needs them. */
function quoted(etag: string | undefined): string | undefined {
  return etag === undefined || etag === "" || etag.endsWith('"') ? etag : `"${etag}"`;
}
