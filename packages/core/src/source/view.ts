import type { RecordBatch } from "apache-arrow";
import type { Description, TimeRange } from "../contract.js";
import { sondeError } from "../errors.js";
import { gridOf, widthFor } from "../kernels/windows/grid.js";
import { projectSchema } from "../table/schema.js";
import { intersect, isEmpty } from "../time/range.js";
import { batchesOf } from "./batches.js";
import { readBatches } from "./read.js";
import type { StreamContext } from "./stream-context.js";
import type { Batches, ReadOptions } from "./types.js";
import { windowsOf } from "./windows.js";

/**
 * The cheapest honest answer of about `points` rows a quantity: rows when they are few, else windows of the store, else
 * its overview, else windows made here. Never more than about four times `points` rows; the schema's provenance says which.
 */
export function viewBatches(context: StreamContext, options: ReadOptions & { readonly points: number }): Batches {
  const { points } = options;
  return batchesOf({
    what: context.label,
    decode: context.driver.decode?.bind(context.driver),
    schema: async () => projectSchema(await context.schema(options), await context.columns(options)),
    async *iterate() {
      if (!Number.isSafeInteger(points) || points < 1) throw sondeError("options", `points is a whole number from 1 on, not ${points}`, {});
      const question = context.question();
      const description = await question.describe(options);
      const asked = (await question.range(options)) ?? description.extent;
      if (asked === null) return;
      const range = asked && description.extent ? intersect(asked, description.extent) : asked;
      if (range === undefined) {
        const reason = "it does not say where its data begin and end: give start and end";
        throw sondeError("unsupported", `${context.label} can't be viewed as a whole: ${reason}`, { what: "view without a range" });
      }
      if (!isEmpty(range)) yield* chosen(question, options, description, range);
    },
  });
}

async function* chosen(
  context: StreamContext,
  options: ReadOptions & { readonly points: number },
  description: Description,
  range: TimeRange,
): AsyncGenerator<RecordBatch, void, undefined> {
  const { signal, onProgress, columns, version, points } = options;
  const within = { signal, onProgress, columns, version, start: range.start, end: range.end };
  const rows = expectedRows(description, range);
  if (description.kind === "frames" || (rows !== undefined && rows <= 2 * points)) return yield* readBatches(context, within);
  const width = widthFor(description, (range.end - range.start) / BigInt(points) || 1n);
  // An overview spares reading everything, where the store has no windows.
  if (context.driver.windows === undefined && context.driver.overview !== undefined && rows !== undefined) {
    return yield* readBatches(context, { ...within, level: Math.max(0, Math.floor(Math.log2(rows / points))) });
  }
  yield* windowsOf(context, { ...within, width });
}

/** About how many rows a range holds: by their number where they are even, by the grid where they can be no denser. */
function expectedRows({ extent, rows, ...description }: Description, range: TimeRange): number | undefined {
  const span = range.end - range.start;
  if (extent && rows !== undefined) {
    const whole = extent.end - extent.start;
    return whole <= 0n ? rows : (rows * Number(span)) / Number(whole);
  }
  const grid = gridOf({ ...description, ...(rows === undefined ? {} : { rows }) });
  return grid > 1n ? Number(span / grid) : undefined;
}
