/**
 * The raw calls: each opens nothing but the one file, follows no link, takes no memory before a size was checked,
 * and copies what it answers out of the heap.
 */

import { chunkAddresses } from "./chunk-tree.js";
import { failureOf, Refusal, unlessUnusual } from "./failure.js";
import { readHeader, readSuperblock } from "./object-header.js";
import { emptyFileSystem, mountFile } from "./one-file.js";
import { readerOf } from "./readers.js";
import { storageOf } from "./storage.js";
import { column, holdsPointers } from "./values.js";

/** @import { MountedFile } from "./one-file.js" */
/** @import { HeaderFacts, ReadAt, Superblock } from "./object-header.js" */
/** @import { Failure } from "./failure.js" */
/** @import { ChunkRequest } from "./chunk-tree.js" */
/** @import { Stack } from "./heap.js" */
/** @import { Origin } from "./readers.js" */

/**
 * h5wasm's declarations ask for its own `any`-shaped objects; what is used of them is said here.
 * @typedef {any} Module
 *
 * @typedef {object} OpenFile
 * @property {bigint} id
 * @property {MountedFile} mounted
 * @property {ReadAt} readAt
 * @property {number} size in bytes
 * @property {Superblock} superblock
 * @property {Map<string, "group" | "dataset" | "type">} known paths of hard links only, whose parents are such too
 *
 * @typedef {{ offset: number, size: number }} Slot
 */

const group = 0;
const dataset = 1;
const namedType = 2;
/** Paths remembered as free of links. */
const maxKnown = 10_000;
/** Kept for one call after another: the heap never shrinks, and gaps in it are not filled. Only datasets of larger chunks need more. */
const scratchBytes = 1 << 23;

/** Failures inside one worker that are outlived without a repair of the stack, of which each takes about 1 kB. */
const maxUnrepaired = 200;

/** @param {Module} module @param {Stack | undefined} stack */
export function makeCalls(module, stack) {
  emptyFileSystem(module.FS);
  /** @type {Map<number, OpenFile>} */
  const files = new Map();
  /** @type {number} */
  let scratch = 0;
  /** Failures of one of many things. */
  let outlived = 0;

  /**
   * What can be had of one of many things, or what is told of its failure; but no fault of the bytes' source or of WebAssembly.
   * @template Result @param {OpenFile} file @param {() => Result} work @param {(failure: Failure) => Result} instead @returns {Result}
   */
  const attempt = (file, work, instead) => {
    const pointer = stack?.save();
    try {
      return work();
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === "trap" || file.mounted.failure !== undefined) throw error;
      outlived++;
      if (pointer !== undefined) stack?.restore(pointer);
      else if (outlived > maxUnrepaired) throw error;
      return instead(failure);
    }
  };

  /** @param {number} token */
  const fileOf = (token) => {
    const file = files.get(token);
    if (file === undefined) throw new Error("the file is not open in this worker");
    return file;
  };

  /** @param {number} bytes @returns {number} */
  const allocate = (bytes) => {
    const pointer = module._malloc(Math.max(1, bytes));
    if (pointer === 0) throw new Refusal({ kind: "memory", message: `no ${bytes} bytes left in the heap of HDF5` });
    return pointer;
  };

  /** @param {unknown} status @param {string} what */
  const check = (status, what) => {
    if (typeof status !== "number" || status < 0) throw new Error(`${what} failed and gave no reason`);
  };

  /** @param {OpenFile} file @param {string} path @returns {{ kind: "group" | "dataset" | "type" | "link", target?: string }} */
  const kindOf = (file, path) => {
    const soft = module.get_symbolic_link(file.id, path);
    if (typeof soft === "string") return { kind: "link", target: soft };
    const { filename, obj_path } = module.get_external_link(file.id, path);
    if (filename !== undefined) return { kind: "link", target: `${filename}:${obj_path}` };
    const type = module.get_type(file.id, path);
    if (type === group) return { kind: "group" };
    if (type === dataset) return { kind: "dataset" };
    return type === namedType ? { kind: "type" } : { kind: "link" };
  };

  /** Proves that no component of the path is a link. @param {OpenFile} file @param {string} path */
  const resolve = (file, path) => {
    if (path === "/") return "group";
    const known = file.known.get(path);
    if (known !== undefined) return known;
    const parent = path.slice(0, path.lastIndexOf("/")) || "/";
    if (resolve(file, parent) !== "group") throw new Refusal({ kind: "not-found", message: `${parent} is not a group` });
    const { kind } = kindOf(file, path);
    if (kind === "link") throw new Refusal({ kind: "link", message: path });
    if (file.known.size < maxKnown) file.known.set(path, kind);
    return kind;
  };

  /** @param {OpenFile} file @param {string} path @returns {number | undefined} */
  const addressOf = (file, path) => {
    const reference = Uint8Array.from(module.create_object_reference(file.id, path));
    const address = new DataView(reference.buffer).getBigUint64(0, true);
    return address < BigInt(Number.MAX_SAFE_INTEGER) ? Number(address) : undefined;
  };

  /** @param {OpenFile} file @param {string} path @returns {HeaderFacts} */
  const headerOf = (file, path) => {
    const address = addressOf(file, path);
    if (address === undefined) throw new Error("the object has no address");
    return readHeader(file.readAt, file.superblock, address);
  };

  /** @template Result @param {number} bytes @param {(pointer: number) => Result} use @returns {Result} */
  const withBuffer = (bytes, use) => {
    if (bytes <= scratchBytes) {
      scratch ||= allocate(scratchBytes);
      return use(scratch);
    }
    const pointer = allocate(bytes);
    try {
      return use(pointer);
    } finally {
      module._free(pointer);
    }
  };

  /** @param {number} pointer @param {number} bytes */
  const copyOut = (pointer, bytes) => module.HEAPU8.slice(pointer, pointer + bytes);

  /**
   * Strings that HDF5 has put into the heap, each ended by a NUL.
   * @param {number} pointer of the references @param {number} count @param {number} maxBytes of all strings
   */
  const stringsAt = (pointer, count, maxBytes) => {
    const heap = module.HEAPU8;
    const view = new DataView(heap.buffer, heap.byteOffset);
    /** @type {Uint8Array[]} */
    const strings = [];
    let total = 0;
    for (let k = 0; k < count; k++) {
      const start = view.getUint32(pointer + 4 * k, true);
      const end = start === 0 ? 0 : heap.indexOf(0, start);
      if (end < start) throw new Error("a string has no end");
      total += end - start;
      if (total > maxBytes)
        throw new Refusal({ kind: "limit", message: "bytes of strings", asked: total, allowed: maxBytes, option: "limits.maxReadBytes" });
      strings.push(heap.slice(start, end));
    }
    return strings;
  };

  /** @param {OpenFile} file @param {string} path @param {readonly number[] | null} offset @param {readonly number[] | null} count @param {number} pointer */
  const readInto = (file, path, offset, count, pointer) => {
    const big = (/** @type {readonly number[] | null} */ numbers) => (numbers === null ? null : numbers.map(BigInt));
    const strides = count === null ? null : count.map(() => 1n);
    check(module.get_dataset_data(file.id, path, big(count), big(offset), strides, BigInt(pointer)), "H5Dread");
  };

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

  const calls = {
    /** @param {{ file: number, origin: Origin }} request @param {(position: number, length: number) => void} ask */
    open({ file: token, origin }, ask) {
      const reader = readerOf(origin, ask);
      /** @type {ReadAt} */
      const readAt = (position, length) => {
        if (position + length > reader.size) throw new Error("the header of an object lies past the end of the file");
        const bytes = new Uint8Array(length);
        try {
          if (reader.read(bytes, position) < length) throw new Error("the file is shorter than it was");
        } catch (error) {
          throw sourceFailed(error);
        }
        return bytes;
      };
      const superblock = readSuperblock(readAt, reader.size);
      const mounted = mountFile(module.FS, reader);
      try {
        mounted.opening = true;
        const id = module.open(mounted.path, module.H5F_ACC_RDONLY, false, -1, -1);
        if (id <= 0n) throw new Error("HDF5 could not open the file and gave no reason");
        files.set(token, { id, mounted, readAt, size: reader.size, superblock, known: new Map() });
      } catch (error) {
        // What HDF5 still holds open of a file that it refused stays mounted, unreachable; the worker is replaced after many failures.
        throw mounted.failure === undefined ? error : sourceFailed(mounted.failure);
      } finally {
        mounted.opening = false;
        mounted.strict = true;
      }
    },

    /** @param {{ file: number }} request */
    close({ file: token }) {
      const file = files.get(token);
      if (file === undefined) return;
      files.delete(token);
      module.close_file(file.id);
      try {
        file.mounted.unmount();
      } catch {
        // HDF5 keeps a file open while an error has left an object of it open: nothing reads it again.
      }
    },

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

    /** @param {{ file: number, path: string, offset: readonly number[] | null, count: readonly number[] | null, bytes: number }} request */
    read({ file: token, path, offset, count, bytes }) {
      const file = fileOf(token);
      return withBuffer(bytes, (pointer) => {
        readInto(file, path, offset, count, pointer);
        return copyOut(pointer, bytes);
      });
    },

    /** @param {{ file: number, path: string, start: number, rows: number, rowBytes: number, slots: readonly Slot[] }} request */
    fields({ file: token, path, start, rows, rowBytes, slots }) {
      const file = fileOf(token);
      return withBuffer(rows * rowBytes, (pointer) => {
        readInto(file, path, [start], [rows], pointer);
        return slots.map(({ offset, size }) => column(module.HEAPU8, pointer + offset, rowBytes, rows, size));
      });
    },

    /** @param {{ file: number, path: string, offset: readonly number[] | null, count: readonly number[] | null, values: number, maxBytes: number }} request */
    strings({ file: token, path, offset, count, values, maxBytes }) {
      const file = fileOf(token);
      const pointer = allocate(values * 4);
      try {
        module.HEAPU8.fill(0, pointer, pointer + values * 4);
        readInto(file, path, offset, count, pointer);
        try {
          return stringsAt(pointer, values, maxBytes);
        } finally {
          if (count === null) module.reclaim_vlen_memory(file.id, path, "", BigInt(pointer));
          else module.reclaim_vlen_memory_count(file.id, path, "", BigInt(pointer), count.map(BigInt));
        }
      } finally {
        module._free(pointer);
      }
    },
  };

  return {
    calls,
    outlived: () => outlived,
    /** What went wrong in reading bytes since the last question, if anything. @param {number} token */
    sourceFailure(token) {
      const mounted = files.get(token)?.mounted;
      const failure = mounted?.failure;
      if (mounted !== undefined) mounted.failure = undefined;
      return failure;
    },
  };
}

/** @param {unknown} cause */
const sourceFailed = (cause) => new Refusal({ kind: "source", message: cause instanceof Error ? cause.message : String(cause), cause });
