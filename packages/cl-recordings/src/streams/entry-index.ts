import { sondeError } from "@sonde/core/connector";
import type { CallOptions, Dataset, FieldValues } from "@sonde/hdf5";
import { asTicks } from "../events/row-order.js";

/** Where the entries of a data stream are, ascending in ticks; positions are those of this order. */
export type EntryIndex = {
  /** Counted from the recording's start. */
  readonly ticks: BigInt64Array;
  /** Of entry k the bytes `starts[k] <= byte < ends[k]`; not checked against the data yet. */
  readonly starts: BigInt64Array;
  readonly ends: BigInt64Array;
  readonly warnings: readonly string[];
};

/** 24 bytes an entry are held; a stream of a day at 100 Hz has 9 million. */
const maxEntries = 33_554_432;

/** Rejects `format` where the index has other columns than the three, `limit` where it has more entries than memory should hold. */
export async function readEntryIndex(dataset: Dataset, offset: bigint, options: CallOptions): Promise<EntryIndex> {
  const size = dataset.shape?.[0] ?? 0;
  if (size > maxEntries) {
    throw sondeError("limit", `${dataset.path} has ${size} entries, ${maxEntries} are allowed`, {
      what: "entries",
      asked: size,
      allowed: maxEntries,
    });
  }
  const ticks = new BigInt64Array(size);
  const starts = new BigInt64Array(size);
  const ends = new BigInt64Array(size);
  const names = ["timestamp", "start_index", "end_index"] as const;
  for await (const { rows, fields } of dataset.fieldBlocks({ names, rows: { start: 0, end: size }, ...options })) {
    const at = rows.start;
    ticks.set(column(fields.timestamp, dataset.path), at);
    starts.set(column(fields.start_index, dataset.path), at);
    ends.set(column(fields.end_index, dataset.path), at);
  }
  if (offset !== 0n) for (let entry = 0; entry < size; entry++) ticks[entry] = (ticks[entry] as bigint) + offset; // in bounds
  return inOrder({ ticks, starts, ends, warnings: [] });
}

/** 2^63 and more of a damaged index turn negative, which the check of each entry refuses. */
const column = (values: FieldValues, path: string): BigInt64Array => asTicks(values, path);

function inOrder(index: EntryIndex): EntryIndex {
  const { ticks } = index;
  let repeated = false;
  let sorted = true;
  for (let entry = 1; entry < ticks.length && sorted; entry++) {
    const [before, tick] = [ticks[entry - 1] as bigint, ticks[entry] as bigint]; // in bounds
    if (tick === before) repeated = true;
    sorted = tick >= before;
  }
  if (sorted) return repeated ? { ...index, warnings: ["several entries share a tick: get() finds the first"] } : index;
  const order = Uint32Array.from(ticks, (_tick, entry) => entry).sort((a, b) => {
    const difference = (ticks[a] as bigint) - (ticks[b] as bigint); // in bounds
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  });
  const pick = (values: BigInt64Array) => BigInt64Array.from(order, (entry) => values[entry] as bigint);
  return {
    ticks: pick(ticks),
    starts: pick(index.starts),
    ends: pick(index.ends),
    warnings: ["its entries are not in order of time: they are put in order"],
  };
}
