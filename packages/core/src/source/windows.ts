import type { Schema } from "apache-arrow";
import type { ReadQuery, Statistic, TimeRange } from "../contract.js";
import { sondeError } from "../errors.js";
import { windowSchema } from "../kernels/windows/plan.js";
import { quantitiesOf, sourceColumns, statisticsOf } from "../kernels/windows/quantities.js";
import { windowBatches } from "../kernels/windows.js";
import { projectSchema } from "../table/schema.js";
import { maxNanos, minNanos } from "../time/nanos.js";
import { isEmpty, roundOutward } from "../time/range.js";
import { toSpan } from "../time/span.js";
import type { Span } from "../time/types.js";
import { adopt } from "./adopt.js";
import { batchesOf } from "./batches.js";
import { counted } from "./read.js";
import { storeWindows } from "./store-windows.js";
import type { StreamContext } from "./stream-context.js";
import type { Batches, ReadOptions } from "./types.js";

type WindowsOptions = ReadOptions & { readonly width: Span; readonly statistics?: readonly Statistic[] | undefined };

/** What is asked, worked out once for the store and for the kernel here. */
export interface WindowsPlan {
  readonly width: bigint;
  readonly statistics: readonly Statistic[];
  /** The columns that the statistics are of, and the schema of these. */
  readonly columns: readonly string[];
  readonly schema: Schema;
}

/** What one gets without asking for more; count comes along by itself. */
const usual: readonly Statistic[] = ["min", "mean", "max"];

/** Whole windows: by the store where it serves just what is asked, merged here from its finer ones, or from the rows. */
export function windowsOf(context: StreamContext, options: WindowsOptions): Batches {
  return batchesOf({
    what: context.label,
    schema: async () => windowSchema(await planOf(context, options)),
    async *iterate() {
      if (options.level !== undefined) throw context.unsupported("windows over an overview (level)");
      if (options.version !== undefined && context.driver.versions === undefined) throw context.unsupported("versions");
      const plan = await planOf(context, options);
      const asked = await context.range(options);
      if (asked !== undefined && isEmpty(asked)) return;
      const range = await wholeWindows(context, options, asked, plan.width);
      if (range === null) return;
      const stored = await storeWindows(context, options, plan, range);
      if (stored !== undefined) return yield* stored;
      const query: ReadQuery = {
        ...(range === undefined ? {} : { range }),
        columns: plan.columns,
        ...(options.version === undefined ? {} : { version: options.version }),
      };
      const batches = counted(context, options, (call) => context.driver.read(query, call));
      yield* windowBatches(adopt(context.label, batches, { method: "raw", by: "store", exact: true }), plan);
    },
  });
}

async function planOf(context: StreamContext, options: WindowsOptions): Promise<WindowsPlan> {
  const width = toSpan(options.width);
  if (width <= 0n) throw sondeError("options", 'the width of a window must be longer than nothing: write "1s", or nanoseconds', {});
  const schema = await context.schema(options);
  const quantities = quantitiesOf(schema, options.columns);
  const columns = sourceColumns(quantities);
  const statistics =
    options.statistics ?? usual.filter((statistic) => quantities.every((quantity) => statisticsOf(quantity).includes(statistic)));
  return { width, statistics, columns, schema: projectSchema(schema, columns) };
}

/**
 * The range rounded outward to whole windows. Bounds that were left open take the stream's extent, where it is known;
 * null when that is empty, undefined when everything is asked.
 */
async function wholeWindows(
  context: StreamContext,
  options: ReadOptions,
  asked: TimeRange | undefined,
  width: bigint,
): Promise<TimeRange | null | undefined> {
  const closed = asked !== undefined && asked.start !== minNanos && asked.end !== maxNanos;
  if (closed) return roundOutward(asked, width);
  const { extent } = await context.describe(options);
  if (!extent) return extent === null ? null : asked;
  const start = asked === undefined || asked.start === minNanos ? extent.start : asked.start;
  const end = asked === undefined || asked.end === maxNanos ? extent.end : asked.end;
  return start >= end ? null : roundOutward({ start, end }, width);
}
