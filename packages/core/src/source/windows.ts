import type { ReadQuery, TimeRange } from "../contract.js";
import { windowSchema } from "../kernels/windows/plan.js";
import { windowBatches } from "../kernels/windows.js";
import { maxNanos, minNanos } from "../time/nanos.js";
import { isEmpty, roundOutward } from "../time/range.js";
import { adopt } from "./adopt.js";
import { batchesOf } from "./batches.js";
import { counted } from "./read.js";
import { storeWindows } from "./store-windows.js";
import type { StreamContext } from "./stream-context.js";
import type { Batches, ReadOptions } from "./types.js";
import { planOf, type WindowsOptions } from "./windows-plan.js";

/** Whole windows: by the store where it serves just what is asked, merged here from its finer ones, or from the rows. */
export function windowsOf(context: StreamContext, options: WindowsOptions): Batches {
  return batchesOf({
    what: context.label,
    schema: async () => windowSchema(await planOf(context, options)),
    async *iterate() {
      if (options.level !== undefined) throw context.unsupported("windows over an overview (level)");
      if (options.version !== undefined && context.driver.versions === undefined) throw context.unsupported("versions");
      const question = context.question();
      const plan = await planOf(question, options);
      const asked = await question.range(options);
      if (asked !== undefined && isEmpty(asked)) return;
      const range = await wholeWindows(question, options, asked, plan.width);
      if (range === null) return;
      const stored = await storeWindows(question, options, plan, range);
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
