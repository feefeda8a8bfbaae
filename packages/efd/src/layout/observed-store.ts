import { observed } from "@sonde/core/bytes";
import type { Call } from "@sonde/core/connector";
import type { ObjectStore } from "@sonde/object-store";

/** The same store, which tells `observe` what each request took: stores are made once, calls come and go. */
export function observedStore(store: ObjectStore, observe: Call["observe"]): ObjectStore {
  const told = async <T>(target: string, work: Promise<T>, bytesOf: (value: T) => number): Promise<T> => {
    const started = performance.now();
    let bytes = 0;
    try {
      const value = await work;
      bytes = bytesOf(value);
      return value;
    } finally {
      observe({ kind: "request", target, milliseconds: performance.now() - started, bytes });
    }
  };
  return {
    name: store.name,
    async *list(options = {}) {
      const started = performance.now();
      let [first, entries] = [true, 0];
      const tell = () => {
        observe({ kind: "request", target: `${store.name}/${options.prefix ?? ""}`, milliseconds: performance.now() - started, bytes: 0 });
      };
      try {
        for await (const entry of store.list(options)) {
          // A page of S3 has a thousand entries.
          if (first || entries % 1000 === 0) tell();
          first = false;
          entries++;
          yield entry;
        }
      } finally {
        if (first) tell();
      }
    },
    head: (key, options) => told(`${store.name}/${key}`, store.head(key, options), () => 0),
    get: (key, options) => told(`${store.name}/${key}`, store.get(key, options), ({ bytes }) => bytes.length),
    put: (key, bytes, options) => told(`${store.name}/${key}`, store.put(key, bytes, options), () => bytes.length),
    source: (object) => observed(store.source(object), observe),
  };
}
