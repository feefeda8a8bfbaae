import type { Accumulator } from "./accumulator.js";
import { IntegerAccumulator } from "./integer-accumulator.js";
import type { Output } from "./plan.js";
import type { Quantity } from "./quantities.js";
import { RowAccumulator } from "./row-accumulator.js";
import { SampleAccumulator } from "./sample-accumulator.js";
import { StatisticAccumulator } from "./statistic-accumulator.js";

/** The accumulator for what a quantity is. */
export function accumulatorOf(quantity: Quantity, outputs: readonly Output[]): Accumulator {
  if (quantity.kind === "rows") return new RowAccumulator(outputs);
  if (quantity.kind === "statistics") return new StatisticAccumulator(quantity.stored, outputs);
  const wide = quantity.field.type.bitWidth === 64;
  return wide ? new IntegerAccumulator(quantity.field, outputs) : new SampleAccumulator(quantity.field, outputs);
}
