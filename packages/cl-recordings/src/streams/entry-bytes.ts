import { sondeError } from "@sonde/core/connector";
import type { CallOptions, Dataset } from "@sonde/hdf5";
import type { EntryIndex } from "./entry-index.js";

/** Entries that lie close to each other are read together, up to so many bytes. */
const readBytes = 1_048_576;
const readEntries = 4_096;

/** The stored bytes of entries `start <= position < end`, views of what was read together. Rejects `format` where one lies outside the data. */
export async function* entryBytes(
  data: Dataset,
  index: EntryIndex,
  start: number,
  end: number,
  options: CallOptions,
): AsyncGenerator<{ readonly position: number; readonly tick: bigint; readonly bytes: Uint8Array }, void, undefined> {
  const length = data.shape?.[0] ?? 0;
  for (let first = start; first < end; ) {
    options.signal?.throwIfAborted();
    let { from, to } = placeOf(data, index, first, length);
    let next = first + 1;
    let damage: unknown;
    for (; next < end && next - first < readEntries; next++) {
      try {
        const place = placeOf(data, index, next, length);
        const [lowest, highest] = [Math.min(from, place.from), Math.max(to, place.to)];
        if (highest - lowest > readBytes) break;
        [from, to] = [lowest, highest];
      } catch (error) {
        // What comes before the damage is handed out first.
        damage = error;
        break;
      }
    }
    const bytes = to > from ? await data.read({ rows: { start: from, end: to }, ...options }) : new Uint8Array(0);
    if (!(bytes instanceof Uint8Array)) throw sondeError("format", `${data.path} holds no bytes`, { key: data.path });
    for (let position = first; position < next; position++) {
      const place = placeOf(data, index, position, length);
      const tick = index.ticks[position] as bigint; // in bounds: start and end are positions
      yield { position, tick, bytes: bytes.subarray(place.from - from, place.to - from) };
    }
    if (damage !== undefined) throw damage;
    first = next;
  }
}

function placeOf(data: Dataset, index: EntryIndex, position: number, length: number): { from: number; to: number } {
  const [from, to] = [index.starts[position] as bigint, index.ends[position] as bigint]; // in bounds
  if (from >= 0n && from <= to && to <= BigInt(length)) return { from: Number(from), to: Number(to) };
  const key = data.path.replace(/^\/|\/data$/g, "");
  throw sondeError("format", `${key}: the entry at tick ${index.ticks[position]} is said to be at bytes ${from} to ${to} of ${length}`, {
    key,
  });
}
