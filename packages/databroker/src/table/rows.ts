import type { StreamColumns } from "../catalog/types.js";

/** The rows of a stream, in order: what a table is made of. */
export type StreamRows = {
  readonly seqNum: Float64Array;
  /** Seconds since the epoch, as stored. */
  readonly time: Float64Array;
  readonly data: ReadonlyMap<string, ArrayLike<unknown>>;
};

/**
 * Pieces of a stream as one, in order of `seq_num`. Where a number repeats (a plan was paused and rewound), the later in time holds, and of
 * equal times the later in the store.
 */
export function orderedRows(pieces: readonly StreamColumns[], fields: readonly string[]): StreamRows {
  const rows = joinedRows(pieces, fields);
  return isAscending(rows.seqNum) ? rows : takenRows(rows, orderOf(rows.seqNum, rows.time));
}

const missing = ({ seqNum }: StreamColumns): readonly undefined[] => new Array<undefined>(seqNum.length).fill(undefined);

function joinedNumbers(pieces: readonly ArrayLike<number>[]): Float64Array {
  const [only] = pieces;
  if (pieces.length === 1 && only instanceof Float64Array) return only;
  const all = new Float64Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function joinedCells(pieces: readonly ArrayLike<unknown>[]): ArrayLike<unknown> {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  if (pieces.every((piece) => piece instanceof Float64Array)) return joinedNumbers(pieces);
  return pieces.flatMap((piece) => Array.from(piece));
}

/** Strictly, which nearly every run is. */
function isAscending(numbers: Float64Array): boolean {
  for (let row = 1; row < numbers.length; row++) if (!((numbers[row - 1] as number) < (numbers[row] as number))) return false; // in bounds
  return true;
}

function orderOf(seqNum: Float64Array, time: Float64Array): Uint32Array {
  // Sorting typed indices with a comparator is stable.
  const order = Uint32Array.from(seqNum, (_, row) => row).sort(
    (a, b) => numberAt(seqNum, a) - numberAt(seqNum, b) || numberAt(time, a) - numberAt(time, b) || a - b,
  );
  return order.filter((row, place) => place + 1 === order.length || numberAt(seqNum, row) !== numberAt(seqNum, order[place + 1] ?? 0));
}

function numberAt(numbers: Float64Array, row: number): number {
  const value = numbers[row] ?? 0;
  return Number.isNaN(value) ? 0 : value;
}

function taken(cells: ArrayLike<unknown>, order: Uint32Array): ArrayLike<unknown> {
  if (cells instanceof Float64Array) {
    const picked = new Float64Array(order.length);
    for (let place = 0; place < order.length; place++) picked[place] = cells[order[place] ?? 0] ?? 0;
    return picked;
  }
  return Array.from(order, (row) => cells[row]);
}

/** Pieces of a stream as one, in the order of the store. */
export function joinedRows(pieces: readonly StreamColumns[], fields: readonly string[]): StreamRows {
  return {
    seqNum: joinedNumbers(pieces.map((piece) => piece.seqNum)),
    time: joinedNumbers(pieces.map((piece) => piece.time)),
    data: new Map(fields.map((field) => [field, joinedCells(pieces.map((piece) => piece.data.get(field) ?? missing(piece)))] as const)),
  };
}

export function takenRows({ seqNum, time, data }: StreamRows, order: Uint32Array): StreamRows {
  return {
    seqNum: Float64Array.from(order, (row) => seqNum[row] ?? 0),
    time: Float64Array.from(order, (row) => time[row] ?? 0),
    data: new Map([...data].map(([field, cells]) => [field, taken(cells, order)])),
  };
}
