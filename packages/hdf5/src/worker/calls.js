/**
 * The raw calls: each opens nothing but the one file, follows no link, takes no memory before a size was checked,
 * and copies what it answers out of the heap.
 */

import { describing } from "./describing.js";
import { failureOf, Refusal } from "./failure.js";
import { makeMemory } from "./memory.js";
import { readSuperblock } from "./object-header.js";
import { makeObjects } from "./objects.js";
import { emptyFileSystem, mountFile } from "./one-file.js";
import { readerOf } from "./readers.js";
import { reading } from "./reading.js";

/** @import { Failure } from "./failure.js" */
/** @import { Stack } from "./heap.js" */
/** @import { ReadAt } from "./object-header.js" */
/** @import { Module, OpenFile } from "./objects.js" */
/** @import { Origin } from "./readers.js" */

/**
 * The open files, as calls ask for them.
 * @typedef {object} Files
 * @property {(token: number) => OpenFile} fileOf
 * @property {<Result>(file: OpenFile, work: () => Result, instead: (failure: Failure) => Result) => Result} attempt
 */

/** Failures inside one worker that are outlived without a repair of the stack, of which each takes about 1 kB. */
const maxUnrepaired = 200;

/** @param {Module} module @param {Stack | undefined} stack */
export function makeCalls(module, stack) {
  emptyFileSystem(module.FS);
  /** @type {Map<number, OpenFile>} */
  const files = new Map();
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

  const memory = makeMemory(module);
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

    ...describing(module, { fileOf, attempt }, makeObjects(module), memory),
    ...reading(module, { fileOf, attempt }, memory),
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
