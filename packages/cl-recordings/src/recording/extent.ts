import type { RecordingHeader } from "./header.js";

/** "unfinished": still being recorded, or its recorder crashed. */
export type RecordingStatus = "finished" | "unfinished";
export type RecordingExtent = {
  readonly status: RecordingStatus;
  /** Frames from the start to the end, as the header says or, unfinished, as the data shows. */
  readonly frames: bigint;
  readonly warnings: readonly string[];
};

/** The end of each table, in ticks of the recording; undefined where there is no such table or it is empty. */
export type LastTicks = { readonly samples: number | undefined; readonly lastTick: bigint | undefined };

/** A recorder writes the end and the duration when it stops. */
export function isUnfinished({ endedUtc, durationFrames }: RecordingHeader): boolean {
  return (endedUtc === undefined || endedUtc === "") && durationFrames <= 0n;
}

/** An unfinished file has no duration in its header: the data's own extent is taken. */
export function recordingExtent(header: RecordingHeader, seen: LastTicks): RecordingExtent {
  const warnings: string[] = [];
  const status = isUnfinished(header) ? "unfinished" : "finished";
  const inData = greatest(BigInt(seen.samples ?? 0), seen.lastTick === undefined ? 0n : seen.lastTick + 1n);
  if (status === "unfinished") {
    warnings.push(`the recording was not finished: its end is taken from the data, ${inData} frames`);
    return { status, frames: inData, warnings };
  }
  if (seen.samples !== undefined && BigInt(seen.samples) !== header.durationFrames) {
    warnings.push(
      `samples hold ${seen.samples} frames where the recording says ${header.durationFrames}: frames may be lost, and nothing says where`,
    );
  }
  return { status, frames: header.durationFrames > 0n ? header.durationFrames : inData, warnings };
}

const greatest = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/**
 * What to add to stored ticks to have them count from the recording's start. Files that say nothing, or say that their ticks are
 * absolute, are believed only where the data allows it: an absolute tick is never before the start.
 */
export function tickOffset(
  header: RecordingHeader,
  first: bigint | undefined,
  last: bigint | undefined,
): { readonly offset: bigint; readonly warning?: string } {
  const start = header.startTimestamp;
  if (header.relativeTicks === true || start <= 0n || first === undefined || last === undefined) return { offset: 0n };
  const insideRelative = first < start && (header.durationFrames <= 0n || last <= header.durationFrames);
  if (!insideRelative) return { offset: -start };
  const says =
    header.relativeTicks === false ? "the file says that ticks are absolute" : "the file does not say whether ticks are absolute";
  return { offset: 0n, warning: `${says}, but they lie before its start (${first} < ${start}): taken as relative` };
}
