import type { ByteRange, ByteSource, Semaphore } from "@sonde/core/bytes";
import type { Buffers } from "../bytes/buffers.js";
import type { Fetch } from "../bytes/chunk-stream.js";

/** Ranges nearer to each other come in one request: that many bytes cost less than a round trip. */
const GAP = 64 * 1024;
/** Row groups whose chunks are larger together are read segment by segment. */
const WHOLE = 16 * 2 ** 20;
/** Of one request that joins neighbours. */
const LONGEST = 4 * 2 ** 20;
/** Of the segments of all chunks of a large row group; as many again may be on their way. */
const SEGMENTS = 10 * 2 ** 20;
const SHORTEST_SEGMENT = 256 * 1024;
const LONGEST_SEGMENT = 2 ** 20;

export type Fetches = {
  /** For each range, in their order, how its bytes come. */
  readonly fetch: (index: number) => Fetch;
  readonly segmentBytes: number;
  /** Where segments are read into buffers that are used again. */
  readonly buffers: Buffers | undefined;
};

/** The part of the file that is in memory already. */
export type Held = { readonly bytes: Uint8Array; readonly start: number };

/**
 * How the column chunks of a row group are fetched: joined with their neighbours and whole where they are small, else each in segments.
 * Nothing is asked for yet.
 */
export function planFetches(
  ranges: readonly ByteRange[],
  source: ByteSource,
  held: Held,
  { requests, buffers }: { readonly requests: Semaphore; readonly buffers: Buffers },
  signal: AbortSignal,
): Fetches {
  const direct: Fetch = async (range, target) => {
    if (range.start >= held.start) return held.bytes.subarray(range.start - held.start, range.end - held.start);
    if (target !== undefined && source.readInto) {
      await requests.run(async () => source.readInto?.(target, { start: range.start, signal }), { signal });
      return target;
    }
    return requests.run(() => source.read(range, { signal }), { signal });
  };
  const total = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  if (total > WHOLE) {
    const share = Math.floor(SEGMENTS / ranges.length);
    return {
      fetch: () => direct,
      segmentBytes: Math.min(LONGEST_SEGMENT, Math.max(SHORTEST_SEGMENT, share)),
      buffers: source.readInto && buffers,
    };
  }
  const joint = join(ranges);
  const fetch = (index: number): Fetch => {
    // One for each range.
    const run = joint[index] as Run;
    return async (range) => {
      run.bytes ??= direct(run);
      const bytes = await run.bytes;
      return bytes.subarray(range.start - run.start, range.end - run.start);
    };
  };
  return { fetch, segmentBytes: Number.POSITIVE_INFINITY, buffers: undefined };
}

type Run = { start: number; end: number; bytes: Promise<Uint8Array> | undefined };

/** The run that each range belongs to. */
function join(ranges: readonly ByteRange[]): readonly Run[] {
  const order = ranges.map((_, index) => index).sort((a, b) => at(ranges, a).start - at(ranges, b).start);
  const runs: Run[] = [];
  let run: Run | undefined;
  for (const index of order) {
    const { start, end } = at(ranges, index);
    if (run === undefined || start > run.end + GAP || end - run.start > LONGEST) run = { start, end, bytes: undefined };
    else run.end = Math.max(run.end, end);
    runs[index] = run;
  }
  return runs;
}

function at(ranges: readonly ByteRange[], index: number): ByteRange {
  // Indexes of the array itself.
  return ranges[index] as ByteRange;
}
