import { projectBatch, type RecordBatch } from "@sonde/core/connector";

/** The last rows of batches, projected. */
export function lastRows(batches: readonly RecordBatch[], rows: number, columns: readonly string[] | undefined): readonly RecordBatch[] {
  let surplus = Math.max(0, batches.reduce((sum, { numRows }) => sum + numRows, 0) - rows);
  const kept: RecordBatch[] = [];
  for (const batch of batches) {
    const cut = Math.min(surplus, batch.numRows);
    surplus -= cut;
    if (cut < batch.numRows) kept.push(projectBatch(batch.slice(cut), columns));
  }
  return kept;
}
