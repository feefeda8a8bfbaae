import { follow, turn } from "@sonde/core/bytes";
import type { Description } from "../description.js";
import type { Selection } from "../selection.js";
import type { RowRange } from "../types.js";
import type { Storage } from "../worker/storage.js";
import type { ByteReader } from "./byte-reader.js";
import { ChunkTable } from "./chunk-table.js";
import { type Slot, splitRows } from "./columns.js";
import { copyTransfer } from "./copy.js";
import { operationsOf, perform } from "./operations.js";
import { rowTargets, wideColumn } from "./row-targets.js";
import { type Geometry, geometryOf, isStoredAsRead } from "./storage.js";
import { chunkRowsOf, type Transfer, transfersOf } from "./transfers.js";

/** What reading without HDF5 asks of an open file. */
export interface DirectFile {
  readonly reader: ByteReader;
  /** Aborts, with the error for it, when the file closes. */
  readonly closing: AbortSignal;
  run(call: string, path: string, args: object, signal: AbortSignal | undefined): Promise<unknown>;
  /** A failure of the source as a typed error. */
  failed(cause: unknown, path: string): Error;
  /** For tests: called for each read that could be direct. */
  readonly watch?: ((route: "direct" | "hdf5") => void) | undefined;
}

/** Reads of one dataset without HDF5. Each resolves undefined, before it has read any values, where HDF5 must read them. */
export interface DirectDataset {
  /** A box that is not empty and within the limits; `memory` gives that which it is read to. */
  bytes(
    selection: Selection,
    total: number,
    signal: AbortSignal | undefined,
    memory?: (allocate: (length: number) => Uint8Array) => Uint8Array,
  ): Promise<Uint8Array | undefined>;
  /** Fields of some rows, packed; within the limits. */
  columns(rows: RowRange, slots: readonly Slot[], signal: AbortSignal | undefined): Promise<readonly Uint8Array[] | undefined>;
}

type Layout = { readonly geometry: Geometry; readonly table: ChunkTable };

/**
 * Values that lie in the file as they are wanted need neither HDF5 nor its thread: they are read to where they go, and no copy of them
 * crosses from the worker. Undefined where they do not lie so: behind filters, big-endian, of variable length.
 */
export function directDataset(file: DirectFile, path: string, description: Description): DirectDataset | undefined {
  if (!isStoredAsRead(description)) return undefined;
  const { type } = description;
  let layout: Layout | "unusual" | undefined;

  const findLayout = async (signal: AbortSignal): Promise<Layout | "unusual"> => {
    // The worker answers `storage` with this.
    const storage = (await file.run("storage", path, {}, signal)) as Storage | undefined;
    const geometry = storage && geometryOf(description, storage);
    if (storage === undefined || geometry === undefined) return "unusual";
    const table = new ChunkTable(storage, geometry, async (chunks, chunksSignal) => {
      // The worker answers `chunks` with these.
      return (await file.run("chunks", path, { chunks }, chunksSignal)) as Float64Array | undefined;
    });
    return { geometry, table };
  };

  const find = async (box: Selection, signal: AbortSignal): Promise<readonly Transfer[] | undefined> => {
    layout ??= await findLayout(signal);
    if (layout === "unusual") return undefined;
    const { geometry, table } = layout;
    const { first, end } = chunkRowsOf(box, geometry);
    const rows = await table.rows(first, end, signal);
    return rows && transfersOf(box, geometry, rows);
  };

  /** Finds where a box lies and reads it; undefined where HDF5 must. */
  const route = async <Result>(
    box: Selection,
    total: number,
    given: AbortSignal | undefined,
    read: (transfers: readonly Transfer[], signal: AbortSignal) => Promise<Result>,
  ): Promise<Result | undefined> => {
    if (total < file.reader.smallest) return undefined;
    const follower = follow(given === undefined ? [file.closing] : [given, file.closing]);
    const { signal } = follower;
    try {
      signal.throwIfAborted();
      const transfers = await find(box, signal);
      file.watch?.(transfers === undefined ? "hdf5" : "direct");
      if (transfers === undefined) return undefined;
      try {
        return await read(transfers, signal);
      } catch (error) {
        signal.throwIfAborted();
        throw file.failed(error, path);
      }
    } finally {
      follower.release();
    }
  };

  return {
    bytes: (selection, total, given, memory = (allocate) => allocate(total)) =>
      route(selection, total, given, async (transfers, signal) => {
        const out = memory(file.reader.allocate);
        await perform(
          operationsOf(transfers),
          file.reader,
          signal,
          ({ parts: [part, second], length }, scratch) =>
            part !== undefined && second === undefined && part.loops.length === 0
              ? [out.subarray(part.target, part.target + length)]
              : [scratch(length)],
          ([bytes], { position, parts }) => {
            if (bytes !== undefined && bytes.buffer !== out.buffer) {
              for (const part of parts) copyTransfer(bytes, part.position - position, out, part);
            }
            return turn(signal);
          },
        );
        return out;
      }),

    columns: ({ start, end }, slots, given) => {
      const rowBytes = type.bytes;
      const box = { offset: [start], count: [end - start] };
      return route(box, (end - start) * rowBytes, given, async (transfers, signal) => {
        const columns = slots.map(({ size }) => file.reader.allocate((end - start) * size));
        const wide = wideColumn(slots, rowBytes, columns);
        await perform(
          operationsOf(transfers, rowBytes),
          file.reader,
          signal,
          ({ parts: [part, second], length }, scratch) =>
            part !== undefined && second === undefined
              ? rowTargets(part.length / rowBytes, part.target / rowBytes, rowBytes, wide, scratch)
              : [scratch(length)],
          (buffers, { position, parts }) => {
            for (const part of parts) {
              let at = part.position - position;
              let first = part.target / rowBytes;
              for (const bytes of buffers) {
                // Of several buffers all rows are wanted; each holds whole ones.
                const rows = Math.min(part.length, bytes.length - at) / rowBytes;
                splitRows(bytes, at, rows, rowBytes, slots, columns, first);
                first += rows;
                at = 0;
              }
            }
            return turn(signal);
          },
        );
        return columns;
      });
    },
  };
}
