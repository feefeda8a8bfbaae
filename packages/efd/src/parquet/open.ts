import { type ByteSource, createLimiter, sondeError } from "@sonde/core/bytes";
import { projectSchema, schemaOf } from "@sonde/core/connector";
import { guarded } from "./damage.js";
import { readFooter } from "./file/footer.js";
import { type Group, groupsOf } from "./file/groups.js";
import { keyValues, restoreFields, schemaMetadata } from "./file/parquet-metadata.js";
import { type GroupPart, type OpenFile, readParts } from "./file/read.js";
import { mayMatch, mergeStatistics } from "./file/statistics.js";
import { shapeOf } from "./schema/shape.js";
import { schemaTree } from "./schema/tree.js";
import type { ParquetFile, ParquetOptions, ParquetQuery } from "./types.js";

/** Files up to here come with their footer, in one request. */
const WHOLE_FILE = 512 * 1024;

/**
 * Opens a Parquet file: reads its footer and holds it against the limits and the file. The source stays the caller's.
 * Rejects `format` for what is damaged or no Parquet file, `unsupported` for an encrypted footer, `limit`.
 *
 * @example
 * ```ts
 * const file = await openParquet(source, { signal });
 * for await (const batch of file.read({ columns: ["time", "mean_value1"], signal })) console.log(batch.numRows);
 * ```
 */
export async function openParquet(source: ByteSource, options: ParquetOptions): Promise<ParquetFile> {
  const { signal, wholeFileBytes = WHOLE_FILE, int96 = "nanosecond" } = options;
  signal.throwIfAborted();
  const limiter = createLimiter(options.limits);
  const size = options.size ?? (await source.size({ signal }));
  const footer = await readFooter(source, size, limiter, { signal, wholeFileBytes });
  const { metadata } = footer;
  const place = { key: source.name, offset: footer.start };
  return guarded(place, "the footer", () => {
    const { roots, leaves } = schemaTree(metadata.schema, limiter, place);
    const shapes = roots.map((root) => shapeOf(root, { int96, place }));
    const groups = groupsOf(metadata, leaves, footer.start, limiter, place);
    const pairs = keyValues(metadata);
    const fields = shapes.map(({ field }) => field);
    restoreFields(fields, pairs);
    const schema = schemaOf(fields, schemaMetadata(pairs));
    const held = { bytes: footer.tail, start: footer.tailStart };
    const open: OpenFile = { source, held, schema, shapes, limiter };
    return {
      name: source.name,
      size,
      rows: groups.reduce((total, group) => total + group.rows, 0),
      schema,
      metadata: pairs,
      createdBy: metadata.created_by,
      rowGroups: groups,
      statistics: (column) => mergeStatistics(groups.map((group) => group.statistics(column))),
      read: (query) => read(open, groups, query),
    };
  });
}

async function* read(file: OpenFile, groups: readonly Group[], query: ParquetQuery) {
  // Rejects unknown names, and names may repeat in the file.
  const names = query.columns && new Set(query.columns);
  if (query.columns) projectSchema(file.schema, query.columns);
  const shapes = names ? file.shapes.filter(({ field }) => names.has(field.name)) : file.shapes;
  checkBatchRows(query.batchRows);
  yield* readParts(file, shapes, partsOf(groups, query), query);
}

/** The groups that are asked for and may hold such rows, with the rows of them that are asked for. */
function partsOf(groups: readonly Group[], { rowGroups, rows, where = [] }: ParquetQuery): GroupPart[] {
  const predicates = "column" in where ? [where] : where;
  const wanted = rowGroups && new Set(rowGroups);
  for (const index of wanted ?? []) {
    if (groups[index] === undefined) throw invalid("rowGroups", `no row group ${index}: there are ${groups.length}`);
  }
  return groups.flatMap((group): GroupPart[] => {
    if (wanted && !wanted.has(group.index)) return [];
    if (!predicates.every((predicate) => mayMatch(group.statistics(predicate.column), predicate))) return [];
    const from = Math.max(0, (rows?.start ?? 0) - group.start);
    const to = Math.min(group.rows, (rows?.end ?? Number.POSITIVE_INFINITY) - group.start);
    return from < to ? [{ group, from, to }] : [];
  });
}

function checkBatchRows(rows: number | undefined): void {
  if (rows === undefined || (Number.isSafeInteger(rows) && rows > 0 && rows <= 2 ** 27)) return;
  throw invalid("batchRows", `a batch of ${rows} rows: give a whole number from 1 to ${2 ** 27}`);
}

function invalid(path: string, message: string) {
  return sondeError("options", message, { issues: [{ path, message }] });
}
