import { type StreamRecord, tagKeys } from "./metadata.js";
import { type Cell, type Item, order, type Select, SqlParser, type SqlRow } from "./sql-parse.js";
import { badSql, sqlWords } from "./sql-words.js";

const columns = ["uuid", "collection", ...tagKeys, "property_version", "annotations"];

/**
 * A SELECT over the table `streams`: columns, `distinct`, `count`, `skeys(annotations)`, `annotations->'key'`, conditions, order, limit.
 * `$1` is the first of `parameters`, which are text. Rejects 441. Costs one pass over the streams.
 */
export function querySql(statement: string, parameters: readonly string[], streams: readonly StreamRecord[]): SqlRow[] {
  const select = new SqlParser(sqlWords(statement), parameters, columns).select();
  const rows = streams.map(rowOf).filter(select.where);
  rows.sort((a, b) => {
    for (const { of, descending } of select.order) {
      const found = compare(of(a), of(b));
      if (found !== 0) return descending ? -found : found;
    }
    return 0;
  });
  const result = isCount(select.items) ? [countRow(select.items ?? [], rows)] : rows.flatMap((row) => projected(select, row));
  return (select.distinct ? unique(result) : result).slice(select.offset, select.offset + select.limit);
}

/** As in PostgreSQL, nulls come last. */
function compare(a: Cell, b: Cell): number {
  return a === null || b === null ? Number(a === null) - Number(b === null) : order(a, b);
}

function rowOf(stream: StreamRecord): SqlRow {
  const tags = tagKeys.map((key) => [key, stream.tags.get(key) ?? ""] as const);
  return {
    uuid: stream.uuid,
    collection: stream.collection,
    ...Object.fromEntries(tags),
    property_version: Number(stream.propertyVersion),
    annotations: Object.fromEntries(stream.annotations),
  };
}

function isCount(items: readonly Item[] | undefined): boolean {
  const counts = items?.filter((item) => item.kind === "count" || item.kind === "count-distinct").length ?? 0;
  if (counts > 0 && counts < (items?.length ?? 0)) throw badSql("columns beside a count need a GROUP BY, which is not served");
  return counts > 0;
}

function countRow(items: readonly Item[], rows: readonly SqlRow[]): SqlRow {
  return Object.fromEntries(
    items.map((item) => {
      const cells = rows.map(item.of).filter((cell) => cell !== null);
      const counted = item.kind === "count-distinct" ? new Set(cells.map((cell) => JSON.stringify(cell))).size : cells.length;
      return [item.name, counted];
    }),
  );
}

function projected({ items }: Select, row: SqlRow): SqlRow[] {
  if (items === undefined) return [row];
  let rows: [string, Cell][][] = [[]];
  for (const item of items) {
    const cell = item.of(row);
    const cells: Cell[] = item.kind !== "keys" ? [cell] : cell !== null && typeof cell === "object" ? Object.keys(cell) : [];
    rows = rows.flatMap((cellsBefore) => cells.map((one): [string, Cell][] => [...cellsBefore, [item.name, one]]));
  }
  return rows.map((cells) => Object.fromEntries(cells));
}

function unique(rows: readonly SqlRow[]): SqlRow[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}
