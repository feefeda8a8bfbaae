import { sondeError } from "@sonde/core/bytes";
import type { AssetArray, AssetReadOptions } from "../../handlers/types.js";
import { boxOf } from "../box.js";

/**
 * Rows of a dataset for each index of a stream. The descriptor's shape is that of one event: where it has a side less than the dataset, events are
 * stacked and have a row each; where it has as many, events are appended, and its first side says how many rows each has.
 */
export function rowsPerIndex(rank: number, datumShape: readonly (number | null)[] | undefined): number {
  const [first] = datumShape ?? [];
  return datumShape !== undefined && datumShape.length === rank && typeof first === "number" && first >= 1 ? first : 1;
}

/** Events `start <= index < stop` of `rows` rows each: with a second dimension for these rows where there are several. */
export async function asEvents(
  start: number,
  stop: number,
  rows: number,
  read: (range: { readonly start: number; readonly end: number }, options: AssetReadOptions) => Promise<AssetArray>,
  key: string,
  { signal, slice }: AssetReadOptions,
): Promise<AssetArray> {
  if (rows === 1) return read({ start, end: stop }, { signal, slice });
  const [first, second, ...inner] = slice ?? [];
  const [events = { start: 0, end: 0 }, frames = { start: 0, end: rows }] = boxOf(
    [stop - start, rows],
    [first ?? [0, stop - start], second ?? [0, rows]],
    key,
  );
  const from = (start + events.start) * rows;
  const whole = frames.start === 0 && frames.end === rows;
  const count = events.end - events.start;
  if (!whole && count !== 1) {
    // Frames out of several events do not lie together: take them all, then cut.
    throw sondeError("options", `${key}: a slice of frames takes one event at a time, ${count} were asked`, {
      issues: [{ path: "slice", message: "frames of several events" }],
    });
  }
  const range = whole ? { start: from, end: from + count * rows } : { start: from + frames.start, end: from + frames.end };
  const array = await read(range, { signal, ...(inner.length > 0 && { slice: [[0, range.end - range.start], ...inner] }) });
  const got = array.shape[0] ?? 0;
  const each = whole ? rows : frames.end - frames.start;
  if (got !== count * each) {
    throw sondeError(
      "format",
      `${key}: ${count} events have ${count * each} frames, ${got} are in the file: the detector wrote fewer than the documents say`,
      { key },
    );
  }
  return { ...array, shape: [count, each, ...array.shape.slice(1)] };
}
