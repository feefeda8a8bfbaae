import type { Schema } from "apache-arrow";
import type { Statistic } from "../contract.js";
import { sondeError } from "../errors.js";
import { quantitiesOf, sourceColumns, statisticsOf } from "../kernels/windows/quantities.js";
import { projectSchema } from "../table/schema.js";
import { toSpan } from "../time/span.js";
import type { Span } from "../time/types.js";
import type { StreamContext } from "./stream-context.js";
import type { ReadOptions } from "./types.js";

export type WindowsOptions = ReadOptions & { readonly width: Span; readonly statistics?: readonly Statistic[] | undefined };

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

/** Rejects `options` for a width of nothing, `not-found` and `unsupported` for columns that have no windows. */
export async function planOf(context: StreamContext, options: WindowsOptions): Promise<WindowsPlan> {
  const width = toSpan(options.width);
  if (width <= 0n) throw sondeError("options", 'the width of a window must be longer than nothing: write "1s", or nanoseconds', {});
  const schema = await context.schema(options);
  const quantities = quantitiesOf(schema, options.columns);
  const columns = sourceColumns(quantities);
  const statistics =
    options.statistics ?? usual.filter((statistic) => quantities.every((quantity) => statisticsOf(quantity).includes(statistic)));
  return { width, statistics, columns, schema: projectSchema(schema, columns) };
}
