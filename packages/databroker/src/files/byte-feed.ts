import type { ByteSource } from "@sonde/core/bytes";
import type { Waiting } from "../catalog/types.js";

/** Enough that reads are few, little enough that memory stays flat. */
const chunkBytes = 4 * 2 ** 20;

/** A piece of a file: what was left over of the last one, and what comes next. */
export type Piece = {
  readonly bytes: Uint8Array;
  /** Of the first byte in the file. */
  readonly offset: number;
  /** Nothing comes after it. */
  readonly last: boolean;
};

/**
 * Reads a file in pieces of a few megabytes. After each, `consumed` says how many of its bytes are done with; the others come again, in front
 * of the next ones, which double in size while nothing is consumed.
 */
export async function* feed(
  source: ByteSource,
  size: number,
  consumed: () => number,
  { signal, chunk = chunkBytes }: Waiting & { readonly chunk?: number | undefined },
): AsyncGenerator<Piece, void, undefined> {
  let rest: Uint8Array = new Uint8Array(0);
  let position = 0;
  let step = chunk;
  while (position < size || rest.length > 0) {
    const end = Math.min(size, position + step);
    const next = position < end ? await source.read({ start: position, end }, { signal }) : new Uint8Array(0);
    const bytes = joined(rest, next);
    const offset = position - rest.length;
    position = end;
    const last = position >= size;
    yield { bytes, offset, last };
    if (last) return;
    const done = consumed();
    step = done === 0 ? step * 2 : chunk;
    rest = bytes.subarray(done);
  }
}

function joined(rest: Uint8Array, next: Uint8Array): Uint8Array {
  if (rest.length === 0) return next;
  const bytes = new Uint8Array(rest.length + next.length);
  bytes.set(rest);
  bytes.set(next, rest.length);
  return bytes;
}
