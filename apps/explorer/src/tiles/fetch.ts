import { maxNanos, minNanos, type Stream, sondeError } from "@sonde/core";
import type { RecordBatch } from "@sonde/core/connector";
import { earlier, later } from "../time/order.js";
import type { TileKey } from "./cache.js";
import { tileRange, tileWindows } from "./level.js";
import { type TileData, tileOf } from "./tile.js";

/** Rows of a tile that was thought to hold few. */
const mostRows = 256 * tileWindows;

/** Asks a stream for one tile of one column. `version` pins what can be read again. */
export async function fetchTile(
  stream: Stream,
  column: string,
  { level, index }: Pick<TileKey, "level" | "index">,
  { signal, version }: { readonly signal: AbortSignal; readonly version?: string | undefined },
): Promise<TileData> {
  const whole = tileRange(level, index);
  const range = { start: later(whole.start, minNanos), end: earlier(whole.end, maxNanos) };
  const question = { ...range, columns: [column], signal, version: stream.supports("versions") ? version : undefined };
  const answer =
    level.kind === "windows"
      ? stream.windows({ ...question, width: level.width, statistics: ["min", "max", "mean", "count"] })
      : stream.read(level.kind === "overview" ? { ...question, level: level.halvings } : question);
  const batches: RecordBatch[] = [];
  let rows = 0;
  for await (const batch of answer) {
    batches.push(batch);
    rows += batch.numRows;
    if (rows > mostRows) {
      throw sondeError("limit", `'${stream.name}' has more than ${mostRows} rows in this part: zoom in`, {
        what: "rows of a tile",
        asked: rows,
        allowed: mostRows,
        option: "range",
      });
    }
  }
  return tileOf(batches, column);
}
