import type { MetricColumn, MetricRows, MetricType } from "../types.js";
import type { Cell } from "./annotated.js";
import { commonType, metricColumn } from "./columns.js";

type Field = { type: MetricType; readonly cells: { readonly row: number; readonly text: string | null }[] };
/** Rows of equal tags; mostly there are no tags, and one group. */
type Group = Map<bigint, number>;

/** Lines cells, which come field by field, up in rows by time. */
export interface RowBuilder {
  add(cell: Cell): void;
  /** Cells so far. */
  readonly cells: number;
  build(): MetricRows;
}

/**
 * One row for a time and its tags. A later value of one field at one time takes the place of the former. Tags come as columns of text;
 * where a field has the name of a tag, the field stays. `key` names the rows in errors.
 */
export function rowBuilder(key: string): RowBuilder {
  const groups = new Map<ReadonlyMap<string, string>, Group>();
  const fields = new Map<string, Field>();
  const times: bigint[] = [];
  const tagsOfRow: ReadonlyMap<string, string>[] = [];
  let cells = 0;

  return {
    get cells() {
      return cells;
    },
    add({ time, field: name, type, text, tags }) {
      cells += 1;
      const group = groups.get(tags) ?? new Map<bigint, number>();
      groups.set(tags, group);
      let row = group.get(time);
      if (row === undefined) {
        row = times.length;
        group.set(time, row);
        times.push(time);
        tagsOfRow.push(tags);
      }
      const field = fields.get(name) ?? { type, cells: [] };
      field.type = commonType(field.type, type);
      field.cells.push({ row, text });
      fields.set(name, field);
    },
    build() {
      const order = ascending(times);
      const placeOf = new Uint32Array(order.length);
      for (const [place, row] of order.entries()) placeOf[row] = place;
      const columns: MetricColumn[] = [];
      for (const [name, { type, cells: found }] of fields) {
        const texts: (string | null)[] = new Array(order.length).fill(null);
        for (const { row, text } of found) texts[placeOf[row] ?? 0] = text;
        columns.push(metricColumn(name, type, texts, key));
      }
      const tagNames = new Set([...groups.keys()].flatMap((tags) => [...tags.keys()]));
      for (const name of tagNames) {
        if (fields.has(name)) continue;
        const texts = Array.from(order, (row) => tagsOfRow[row]?.get(name) ?? null);
        columns.push(metricColumn(name, "utf8", texts, key));
      }
      columns.sort((a, b) => (a.name < b.name ? -1 : 1));
      return { times: BigInt64Array.from(order, (row) => times[row] ?? 0n), columns };
    },
  };
}

/** The indices of `times` in ascending order of the times, equal ones as they came. */
function ascending(times: readonly bigint[]): Uint32Array {
  const order = Uint32Array.from(times, (_, row) => row);
  for (let row = 1; row < times.length; row++) {
    if ((times[row] ?? 0n) >= (times[row - 1] ?? 0n)) continue;
    return order.sort((a, b) => {
      const [left = 0n, right = 0n] = [times[a], times[b]];
      return left < right ? -1 : left > right ? 1 : a - b;
    });
  }
  return order;
}
