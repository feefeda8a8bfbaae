import { isSondeError, turn } from "@sonde/core/bytes";
import type { CallOptions } from "@sonde/hdf5";
import { decode } from "@sonde/msgpack-numpy";
import { decodeEntry, type StoredStream } from "../streams/data-stream.js";
import { type ColumnPlan, ColumnPlanner } from "./plan.js";

export type Inspection = {
  /** Undefined: entries stay encoded, one cell each. */
  readonly plan: ColumnPlan | undefined;
  /** Not all entries were looked at: one that does not fit the plan is kept encoded, in a column of its own. */
  readonly sparse: boolean;
};

/** Streams up to so many bytes and entries are looked at whole. */
const wholeBytes = 4_194_304;
const wholeEntries = 65_536;
/** Of larger ones, entries at both ends. */
const endEntries = 64;

/** What the entries of a stream agree on; reads at most 4 MiB of it, or 128 entries. Where one is damaged they stay encoded. */
export async function inspectStream(
  stream: StoredStream,
  options: CallOptions & {
    /** More entries will come, of which nothing is known yet. */
    readonly growing?: boolean | undefined;
  },
): Promise<Inspection> {
  try {
    const { plan, sparse } = await agreement(stream, options);
    return { plan, sparse: sparse || options.growing === true };
  } catch (error) {
    if (isSondeError(error, "format")) return { plan: undefined, sparse: false };
    throw error;
  }
}

async function agreement(stream: StoredStream, options: CallOptions): Promise<Inspection> {
  const signal = options.signal ?? new AbortController().signal;
  const planner = new ColumnPlanner();
  const sparse = stream.size > wholeEntries || stream.byteSize > wholeBytes;
  const look = async (from: bigint | undefined, most: number) => {
    let seen = 0;
    for await (const { tick, bytes } of stream.stored({ from, signal })) {
      planner.add(decodeEntry(stream.name, tick, bytes), decode(bytes, { exact: true }));
      if (planner.failed || ++seen >= most) return;
      const wait = turn(signal);
      if (wait) await wait;
    }
  };
  await look(undefined, sparse ? endEntries : Number.POSITIVE_INFINITY);
  if (sparse && !planner.failed) await look(await stream.keys().at(-endEntries, { signal }), endEntries);
  return { plan: planner.plan(), sparse };
}
