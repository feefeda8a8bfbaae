import type { ByteSource } from "@sonde/core/bytes";
import type { ObjectStore } from "@sonde/object-store";
import type { EfdFile } from "./archive.js";

/** A file's bytes under its key: that is what errors name. */
export function keyedSource(store: ObjectStore, file: EfdFile): ByteSource {
  const source = store.source(file);
  return {
    name: file.key,
    size: (call) => source.size(call),
    read: (range, call) => source.read(range, call),
    close: () => source.close(),
  };
}
