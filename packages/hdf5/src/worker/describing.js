import { chunkAddresses } from "./chunk-tree.js";
import { Refusal, unlessUnusual } from "./failure.js";
import { storageOf } from "./storage.js";
import { check, holdsPointers } from "./values.js";

/** @import { ChunkRequest } from "./chunk-tree.js" */
/** @import { Failure } from "./failure.js" */
/** @import { Files } from "./calls.js" */
/** @import { makeMemory } from "./memory.js" */
/** @import { makeObjects, Module, OpenFile } from "./objects.js" */

/**
 * The calls that say what lies in a file, and where.
 * @param {Module} module @param {Files} files @param {ReturnType<typeof makeObjects>} objects @param {ReturnType<typeof makeMemory>} memory
 */
export function describing(module, { fileOf, attempt }, { kindOf, resolve, addressOf, headerOf }, { allocate, copyOut, stringsAt }) {
  /** @param {OpenFile} file @param {string} path @param {string} name @param {number} maxBytes */
  const attribute = (file, path, name, maxBytes) => {
    const metadata = module.get_attribute_metadata(file.id, path, name);
    const { size, total_size: count, shape, type, vlen } = metadata;
    if (shape === null) return { metadata, bytes: new Uint8Array(), taken: 0 };
    const bytes = size * count;
    if (!(bytes <= maxBytes)) {
      throw new Refusal({
        kind: "limit",
        message: `attribute ${name} of ${path}`,
        asked: bytes,
        allowed: maxBytes,
        option: "limits.maxAttributeBytes",
      });
    }
    const isText = type === 3 && vlen;
    if (!isText && holdsPointers(metadata)) return { metadata, taken: 0 };
    const pointer = allocate(bytes);
    try {
      module.HEAPU8.fill(0, pointer, pointer + bytes);
      check(module.get_attribute_data(file.id, path, name, BigInt(pointer)), "H5Aread");
      if (!isText) return { metadata, bytes: copyOut(pointer, bytes), taken: bytes };
      try {
        const strings = stringsAt(pointer, count, maxBytes);
        return { metadata, bytes: new Uint8Array(), strings, taken: strings.reduce((sum, { length }) => sum + length, 0) };
      } finally {
        module.reclaim_vlen_memory(file.id, path, name, BigInt(pointer));
      }
    } finally {
      module._free(pointer);
    }
  };

  return {
    /** @param {{ file: number, path: string, maxObjects: number }} request */
    children({ file: token, path, maxObjects }) {
      const file = fileOf(token);
      if (resolve(file, path) !== "group") throw new Refusal({ kind: "not-found", message: `${path} is not a group` });
      /** @type {string[]} */
      const names = module.get_names(file.id, path, false);
      if (names.length > maxObjects) {
        throw new Refusal({
          kind: "limit",
          message: `children of ${path}`,
          asked: names.length,
          allowed: maxObjects,
          option: "limits.maxObjects",
        });
      }
      return names.map((name) => {
        const child = path === "/" ? `/${name}` : `${path}/${name}`;
        /** @returns {{ name: string, kind: string, target?: string, address: number | undefined }} */
        const look = () => {
          const found = kindOf(file, child);
          return { name, ...found, address: found.kind === "link" ? undefined : addressOf(file, child) };
        };
        return attempt(file, look, () => ({ name, kind: "damaged", address: undefined }));
      });
    },

    /** What tells two names of one object from two objects. @param {{ file: number, path: string }} request */
    address({ file: token, path }) {
      const file = fileOf(token);
      resolve(file, path);
      return addressOf(file, path);
    },

    /** @param {{ file: number, path: string }} request */
    dataset({ file: token, path }) {
      const file = fileOf(token);
      if (resolve(file, path) !== "dataset") throw new Refusal({ kind: "not-found", message: `${path} is not a dataset` });
      const { datatype, external, storedBytes } = headerOf(file, path);
      const metadata = module.get_dataset_metadata(file.id, path);
      /** @type {{ id: number, name: string }[]} */
      const filters = module.get_dataset_filters(file.id, path);
      return { metadata, filters: filters.map(({ id, name }) => ({ id, name })), datatype, external, storedBytes };
    },

    /**
     * All at once: most objects have a handful of small ones. One that fails does not hide the others.
     * @param {{ file: number, path: string, maxObjects: number, maxAttributeBytes: number, maxBytes: number }} request
     */
    attributes({ file: token, path, maxObjects, maxAttributeBytes, maxBytes }) {
      const file = fileOf(token);
      resolve(file, path);
      /** @type {string[]} */
      const names = module.get_attribute_names(file.id, path);
      if (names.length > maxObjects) {
        throw new Refusal({
          kind: "limit",
          message: `attributes of ${path}`,
          asked: names.length,
          allowed: maxObjects,
          option: "limits.maxObjects",
        });
      }
      const datatypes = names.length === 0 ? new Map() : headerOf(file, path).attributes;
      let left = maxBytes;
      return names.map((name) => {
        /** @returns {object} */
        const look = () => {
          const found = attribute(file, path, name, Math.min(left, maxAttributeBytes));
          left -= found.taken;
          return { name, datatype: datatypes.get(name), ...found };
        };
        return attempt(file, look, (failure) => ({ name, failure }));
      });
    },

    /** Where a dataset lies, for reads without HDF5; undefined: it is HDF5's to read. @param {{ file: number, path: string }} request */
    storage({ file: token, path }) {
      const file = fileOf(token);
      return unlessUnusual(() => storageOf(headerOf(file, path), file.superblock, file.size));
    },

    /** @param {{ file: number, chunks: ChunkRequest }} request */
    chunks({ file: token, chunks }) {
      const file = fileOf(token);
      return unlessUnusual(() => chunkAddresses(file.readAt, file.superblock, file.size, chunks));
    },
  };
}
