/** An object as the server keeps it. */
export type Stored = { readonly bytes: Uint8Array; readonly etag: string; readonly modified: Date };

export type PageQuery = {
  readonly prefix: string;
  readonly delimiter: string;
  /** Keys after it. */
  readonly after: string;
  /** The last entry of the page before, a key or a prefix, when it goes on. */
  readonly from: string | undefined;
  readonly maxKeys: number;
};
export type Page = {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  readonly last: string | undefined;
  readonly more: boolean;
};

/** Objects by key, listed in the order of their UTF-8 bytes. */
export function createBucket() {
  const objects = new Map<string, Stored>();
  let sorted: string[] | undefined;
  const keysInOrder = () => {
    sorted ??= Array.from(objects.keys(), (key) => ({ key, bytes: Buffer.from(key) }))
      .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
      .map(({ key }) => key);
    return sorted;
  };
  return {
    get: (key: string) => objects.get(key),
    set(key: string, stored: Stored) {
      if (!objects.has(key)) sorted = undefined;
      objects.set(key, stored);
    },
    delete(key: string) {
      if (objects.delete(key)) sorted = undefined;
    },
    page(query: PageQuery): Page {
      const { prefix, delimiter, after, from, maxKeys } = query;
      const keys = keysInOrder();
      const found: string[] = [];
      const prefixes: string[] = [];
      let last: string | undefined;
      for (let index = firstAfter(keys, from ?? after); index < keys.length; index++) {
        const key = keys[index] ?? "";
        if (!key.startsWith(prefix)) {
          if (Buffer.compare(Buffer.from(key), Buffer.from(prefix)) > 0) break;
          continue;
        }
        const cut = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
        const shown = cut < 0 ? key : key.slice(0, cut + delimiter.length);
        if (cut >= 0 && (shown === prefixes.at(-1) || shown === from)) continue;
        if (found.length + prefixes.length >= maxKeys) return { keys: found, prefixes, last, more: true };
        (cut < 0 ? found : prefixes).push(shown);
        last = shown;
      }
      return { keys: found, prefixes, last, more: false };
    },
  };
}
export type Bucket = ReturnType<typeof createBucket>;

function firstAfter(keys: readonly string[], after: string): number {
  const bytes = Buffer.from(after);
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Buffer.compare(Buffer.from(keys[middle] ?? ""), bytes) > 0) high = middle;
    else low = middle + 1;
  }
  return after === "" ? 0 : low;
}
