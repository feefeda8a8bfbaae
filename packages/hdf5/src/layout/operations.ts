import { follow, raceAbort } from "@sonde/core/bytes";
import type { ByteReader } from "./byte-reader.js";
import type { Transfer } from "./transfers.js";

/** The most that is read at once, but for a chunk or a row that is larger: what is copied on stays in the caches of the processor. */
const mostBytes = 1 << 20;
/** The same where nothing is copied on: each read waits for a thread. */
const mostDirectBytes = 1 << 22;
/** Between parts that are read together. */
const mostGap = 1 << 16;
/** From here on a part is read by itself, right to where it goes. */
const largeBytes = 1 << 18;
const atOnce = 3;

/** One read of the file, and what of it is wanted. */
type Operation = { readonly position: number; readonly length: number; readonly parts: readonly Transfer[] };

/**
 * Large parts are cut, rows of `rowBytes` kept whole; small ones that lie near each other are read together. Without `rowBytes` large parts
 * are wanted as they are.
 */
export function operationsOf(transfers: readonly Transfer[], rowBytes?: number): readonly Operation[] {
  const operations: Operation[] = [];
  let parts: Transfer[] = [];
  let position = 0;
  let end = 0;
  const flush = () => {
    if (parts.length > 0) operations.push({ position, length: end - position, parts });
    parts = [];
  };
  const step = rowBytes === undefined ? mostDirectBytes : Math.max(rowBytes, mostBytes - (mostBytes % rowBytes));
  for (const transfer of transfers) {
    if (transfer.loops.length === 0 && transfer.length >= largeBytes) {
      flush();
      for (let at = 0; at < transfer.length; at += step) {
        const length = Math.min(step, transfer.length - at);
        const part = { ...transfer, position: transfer.position + at, target: transfer.target + at, length, run: length };
        operations.push({ position: part.position, length, parts: [part] });
      }
      continue;
    }
    const isNear = transfer.position >= end && transfer.position - end <= mostGap;
    if (parts.length > 0 && !(isNear && transfer.position + transfer.length - position <= mostBytes)) flush();
    if (parts.length === 0) position = transfer.position;
    parts.push(transfer);
    end = transfer.position + transfer.length;
  }
  flush();
  return operations;
}

/** Buffers of `mostBytes` that nobody uses: memory that was touched before is several times faster to fill. */
const spare: Uint8Array[] = [];
/** Those of two reads, of which one is ahead. */
const mostSpare = 2 * atOnce;

/** Where the bytes of an operation go, one after another; `scratch` gives memory that is used again after `use`, once for each operation. */
type TargetsOf = (operation: Operation, scratch: (length: number) => Uint8Array) => readonly Uint8Array[];

/** Reads, some ahead, and hands the bytes over in no order. Rejects with the first failure, and with the signal's reason at once. */
export async function perform(
  operations: readonly Operation[],
  reader: ByteReader,
  signal: AbortSignal,
  targetsOf: TargetsOf,
  use: (buffers: readonly Uint8Array[], operation: Operation) => Promise<void> | undefined,
): Promise<void> {
  const follower = follow([signal]);
  let next = 0;
  const work = async () => {
    let scratch: Uint8Array | undefined;
    const scratchFor = (length: number) => {
      if (length > mostBytes) return new Uint8Array(length);
      scratch ??= spare.pop() ?? new Uint8Array(mostBytes);
      return scratch.subarray(0, length);
    };
    for (let operation = operations[next++]; operation !== undefined; operation = operations[next++]) {
      follower.signal.throwIfAborted();
      const { position, length } = operation;
      const current = operation;
      const targets = () => targetsOf(current, scratchFor);
      const buffers = await raceAbort(reader.read(position, length, targets, follower.signal), follower.signal);
      const wait = use(buffers, operation);
      if (wait) await wait;
    }
    // Not in `finally`: after a failure a read may still be filling it.
    if (scratch !== undefined && spare.length < mostSpare) spare.push(scratch);
  };
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, operations.length) }, work));
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    follower.release();
    follower.abort(new Error("another read of the same failed"));
  }
}
