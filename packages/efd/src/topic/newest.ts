import { maxNanos } from "@sonde/core";
import { type Call, type RecordBatch, sondeError, timesOf } from "@sonde/core/connector";
import { foldersOf } from "../layout/folders.js";
import { observedStore } from "../layout/observed-store.js";
import type { Faults } from "../read/faults.js";
import type { ReadPlan } from "../read/plan.js";
import { readPlan } from "../read/read.js";
import type { Session } from "../session.js";

/**
 * The last rows, ascending, without reading what comes before them: the last folder, then twice as many until enough rows are later than
 * whatever an earlier folder can hold.
 */
export async function* newestRows(
  session: Session,
  plan: ReadPlan,
  rows: number,
  faults: Faults,
  call: Call,
): AsyncGenerator<RecordBatch, void, undefined> {
  if (!Number.isSafeInteger(rows) || rows < 0) throw sondeError("options", `a number of rows is a whole number from 0 on, not ${rows}`, {});
  if (rows === 0) return;
  const store = observedStore(session.archive.store, call.observe);
  const folders = foldersOf({ ...session.archive, store }, plan.topic, "newest", call)[Symbol.asyncIterator]();
  try {
    for (let wanted = 1, seen = 0, start = maxNanos; ; wanted *= 2) {
      let ended = false;
      for (; seen < wanted && !ended; ) {
        const next = await folders.next();
        if (next.done) ended = true;
        else {
          start = next.value.start;
          seen++;
        }
      }
      // Rows of folders before `start` are earlier; late ones in the folders after are, too.
      const range = ended ? undefined : { start, end: maxNanos };
      faults.skipped.length = 0;
      const kept = await lastRows(readPlan(session.archive, { ...plan, range, onDamaged: "skip" }, faults, call), rows);
      if (kept.rows < rows && !ended) continue;
      yield* kept.batches;
      const error = faults.error();
      if (error !== undefined && plan.onDamaged === "throw") throw error;
      return;
    }
  } finally {
    await folders.return?.();
  }
}

async function lastRows(batches: AsyncIterable<RecordBatch>, wanted: number): Promise<{ batches: RecordBatch[]; rows: number }> {
  const kept: RecordBatch[] = [];
  let rows = 0;
  for await (const batch of batches) {
    kept.push(batch);
    rows += timesOf(batch).length;
    while (kept[0] !== undefined && rows - kept[0].numRows >= wanted) rows -= kept.shift()?.numRows ?? 0;
  }
  if (kept[0] !== undefined && rows > wanted) kept[0] = kept[0].slice(rows - wanted);
  return { batches: kept, rows: Math.min(rows, wanted) };
}
