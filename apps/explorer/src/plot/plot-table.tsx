import type { TimeRange } from "@sonde/core";
import { useMemo } from "react";
import { VirtualTable } from "../rows/virtual-table.js";
import type { Piece } from "../tiles/cache.js";
import { type TimeContext, timeText } from "../time/zones.js";
import { words } from "../words.js";
import { numberText } from "./summary.js";

type Props = {
  readonly name: string;
  readonly pieces: readonly Piece[];
  readonly range: TimeRange;
  readonly zone: string;
  readonly context: TimeContext;
};

/** Everything that a plot draws, as a table. */
export function PlotTable({ name, pieces, range, zone, context }: Props) {
  const rows = useMemo(() => {
    const found: (readonly [piece: Piece, row: number])[] = [];
    for (const piece of pieces) {
      const { times } = piece.tile.data;
      const width = piece.tile.level.kind === "windows" ? piece.tile.level.width : 1n;
      for (let row = 0; row < times.length; row++) {
        const at = times[row] ?? 0n;
        if (at + width > range.start && at < range.end && at + width > piece.range.start && at < piece.range.end) found.push([piece, row]);
      }
    }
    return found;
  }, [pieces, range]);
  const windows = pieces.some(({ tile }) => tile.data.low !== undefined);
  const columns = windows ? ["time", "mean", "min", "max", "count"] : ["time", "value"];
  return (
    <VirtualTable
      label={`${words.tabs.rows}: ${name}`}
      columns={columns}
      rows={rows.length}
      cell={(number, column) => {
        const [piece, row] = rows[number] ?? [];
        if (piece === undefined || row === undefined) return "";
        const { times, mid, low, high, count } = piece.tile.data;
        if (column === "time") return timeText(times[row] ?? 0n, zone, context);
        const values = { mean: mid, value: mid, min: low, max: high, count }[column];
        return numberText(values?.[row] ?? Number.NaN);
      }}
    />
  );
}
