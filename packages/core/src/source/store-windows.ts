import type { RecordBatch } from "apache-arrow";
import type { Statistic, TimeRange, WindowQuery, Windows } from "../contract.js";
import { gridOf } from "../kernels/windows/grid.js";
import { windowBatches } from "../kernels/windows.js";
import { adopt } from "./adopt.js";
import { counted } from "./read.js";
import type { StreamContext } from "./stream-context.js";
import type { ReadOptions } from "./types.js";
import type { WindowsPlan } from "./windows-plan.js";

/** Windows that the store computes; undefined where it can't serve the plan exactly, or knows too little of its extent. */
export async function storeWindows(
  context: StreamContext,
  options: ReadOptions,
  plan: WindowsPlan,
  range: TimeRange | undefined,
): Promise<AsyncGenerator<RecordBatch, void, undefined> | undefined> {
  const { windows, id } = context.driver;
  if (windows === undefined || range === undefined) return undefined;
  const width = servedWidth(windows.widths, plan.width, gridOf(await context.describe(options)));
  if (width === undefined) return undefined;
  const merged = width !== plan.width;
  const statistics = toAsk(plan.statistics, merged, windows.statistics);
  if (statistics === undefined) return undefined;

  const query: WindowQuery = {
    range,
    width,
    statistics,
    columns: plan.columns,
    ...(options.version === undefined ? {} : { version: options.version }),
  };
  context.calls.observe({ kind: "pushdown", target: `${id}: windows of ${width} ns`, milliseconds: 0, bytes: 0 });
  const batches = counted(context, options, (call) => windows.read(query, call));
  const adopted = adopt(context.label, batches, { method: "windows", by: "store", exact: true, width });
  return merged ? merge(adopted, plan) : adopted;
}

/** The widest that the store serves and that divides `width`; undefined when the rows themselves are as coarse. */
function servedWidth(widths: Windows["widths"], width: bigint, grid: bigint): bigint | undefined {
  if (widths === "any") return width;
  let served = widths === "power-of-two" ? width & -width : 0n;
  for (const one of widths === "power-of-two" ? [] : widths) if (width % one === 0n && one > served) served = one;
  return served === width || served > grid ? served : undefined;
}

/** What to ask of the store, with counts, and with what merging needs; undefined when it does not serve all of it. */
function toAsk(asked: readonly Statistic[], merged: boolean, served: readonly Statistic[]): Statistic[] | undefined {
  const needed = new Set(asked);
  if (merged && needed.has("median")) return undefined;
  if (merged && needed.has("stddev")) needed.add("mean");
  if (merged || served.includes("count")) needed.add("count");
  return [...needed].every((statistic) => served.includes(statistic)) ? [...needed] : undefined;
}

async function* merge(
  batches: AsyncGenerator<RecordBatch, void, undefined>,
  plan: WindowsPlan,
): AsyncGenerator<RecordBatch, void, undefined> {
  const first = await batches.next();
  if (first.done) return;
  const all = async function* () {
    yield first.value;
    yield* batches;
  };
  // Its columns are statistics, and say so: the kernel merges them as such.
  const { schema } = first.value;
  yield* windowBatches(all(), { schema, width: plan.width, statistics: plan.statistics });
}
