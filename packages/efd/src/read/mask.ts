import { type ColumnInput, chunksOf, type Data, type RecordBatch } from "@sonde/core/connector";
import { replaced } from "./duplicates.js";
import type { ReadPlan } from "./plan.js";

/**
 * Standard deviations of windows with fewer samples than the aggregator needs become null: it writes the first sample there, under every statistic's
 * name (`min_sample_size` of kafka-aggregator). The other statistics of one sample are that sample.
 */
export function maskUndersampled(batch: RecordBatch, plan: ReadPlan): RecordBatch {
  const names = deviationsOf(plan);
  if (names.length === 0 || !batch.schema.fields.some(({ name }) => name === "count")) return batch;
  // A batch has one chunk of each column; counts are 64-bit integers, or what another writer made of them.
  const counts = chunksOf(batch, "count")[0] as Data;
  const few = new Uint8Array(batch.numRows);
  let found = false;
  for (let row = 0; row < batch.numRows; row++) {
    if (counts.getValid(row) && Number(counts.values[row]) >= plan.maskBelow) continue;
    few[row] = 1;
    found = true;
  }
  if (!found) return batch;
  const columns: { [name: string]: ColumnInput } = Object.create(null);
  for (const name of names) {
    const data = chunksOf(batch, name)[0] as Data;
    columns[name] = { values: data.values.subarray(0, data.length), valid: (row) => few[row] === 0 && data.getValid(row) };
  }
  return replaced(batch, columns);
}

function deviationsOf(plan: ReadPlan): string[] {
  if (plan.maskBelow === 0 || plan.shape.kind !== "aggregated") return [];
  const here = new Set(plan.schema.fields.map(({ name }) => name));
  return plan.shape.fields.filter(({ column, statistic }) => statistic === "stdev" && here.has(column)).map(({ column }) => column);
}
