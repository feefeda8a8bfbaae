import type { Page, PageQuery, Stored } from "./bucket.node.js";

export function errorXml(code: string, resource: string, more: { readonly [name: string]: string } = {}): string {
  return document("Error", [leaf("Code", code), leaf("Message", "This is a test."), leaf("Resource", resource), ...leaves(more)]);
}

export function listXml(
  bucket: string,
  query: PageQuery,
  page: Page,
  get: (key: string) => Stored | undefined,
  version: 1 | 2,
  encoded: boolean,
): string {
  const name = (text: string) => (encoded ? encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%20", "+") : text);
  const next = page.more && page.last !== undefined ? page.last : undefined;
  return document("ListBucketResult", [
    leaf("Name", bucket),
    leaf("Prefix", name(query.prefix)),
    leaf("MaxKeys", String(query.maxKeys)),
    leaf("IsTruncated", String(page.more)),
    ...(encoded ? [leaf("EncodingType", "url")] : []),
    ...(query.delimiter ? [leaf("Delimiter", name(query.delimiter))] : []),
    ...(version === 2 ? [leaf("KeyCount", String(page.keys.length + page.prefixes.length))] : [leaf("Marker", name(query.after))]),
    ...(next === undefined ? [] : version === 2 ? [leaf("NextContinuationToken", tokenOf(next))] : [leaf("NextMarker", name(next))]),
    ...page.keys.map((key) => {
      const stored = get(key);
      const told = [
        leaf("Key", name(key)),
        leaf("LastModified", stored?.modified.toISOString() ?? ""),
        leaf("ETag", stored?.etag ?? ""),
        leaf("Size", String(stored?.bytes.length ?? 0)),
      ];
      return `<Contents>${told.join("")}<StorageClass>STANDARD</StorageClass></Contents>`;
    }),
    ...page.prefixes.map((prefix) => `<CommonPrefixes>${leaf("Prefix", name(prefix))}</CommonPrefixes>`),
  ]);
}

function tokenOf(entry: string): string {
  return Buffer.from(entry).toString("base64");
}

export function entryOf(token: string): string {
  return Buffer.from(token, "base64").toString();
}

function document(root: string, children: readonly string[]): string {
  // Amazon puts its errors into no namespace, and boto3 looks for them there.
  const namespace = root === "Error" ? "" : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${children.join("")}</${root}>`;
}

function leaves(texts: { readonly [name: string]: string }): string[] {
  return Object.entries(texts).map(([name, text]) => leaf(name, text));
}

function leaf(name: string, text: string): string {
  const escaped = text.replace(/[&<>"\r]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<${name}>${escaped}</${name}>`;
}
