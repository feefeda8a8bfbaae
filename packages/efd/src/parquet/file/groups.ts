import type { Limiter } from "@sonde/core/bytes";
import type { FileMetaData } from "hyparquet";
import { damaged, type Place } from "../damage.js";
import type { SchemaNode } from "../schema/tree.js";
import type { ColumnStatistics, ParquetRowGroup } from "../types.js";
import { type Chunk, chunkOf, count, slackOf } from "./chunk.js";

export interface Group extends ParquetRowGroup {
  readonly columns: readonly Chunk[];
}

/** The row groups, held against the schema, the file and each other; `dataEnd` is where the footer begins. */
export function groupsOf(
  metadata: FileMetaData,
  leaves: readonly SchemaNode[],
  dataEnd: number,
  limiter: Limiter,
  place: Place,
): readonly Group[] {
  let start = 0;
  const slack = slackOf(metadata.created_by);
  const groups = metadata.row_groups.map((group, index): Group => {
    const rows = limiter.elements(count(group.num_rows, `rows in row group ${index}`, place), `row group ${index} of ${place.key}`);
    if (group.columns.length !== leaves.length) {
      throw damaged(place, `${group.columns.length} columns in row group ${index} where the schema has ${leaves.length}`);
    }
    // As many as there are leaves, by the line above.
    const columns = group.columns.map((chunk, leaf) => chunkOf(chunk, leaves[leaf] as SchemaNode, { rows, dataEnd, place, slack }));
    const made = { index, start, rows, columns, statistics: (name: string) => statisticsOf(columns, name) };
    start += rows;
    return made;
  });
  const rows = limiter.elements(count(metadata.num_rows, "rows", place), `the rows of ${place.key}`);
  // Some writers leave it at 0.
  if (rows !== start && rows !== 0) throw damaged(place, `${rows} rows where the row groups have ${start}`);
  return groups;
}

function statisticsOf(columns: readonly Chunk[], name: string): ColumnStatistics {
  return columns.find(({ path }) => path.length === 1 && path[0] === name)?.statistics ?? {};
}
