import { mapConcurrent } from "@sonde/core/bytes";
import { type Call, canonicalBatch, chunksOf, coalesceBatches, type Data, type RecordBatch, takeRows } from "@sonde/core/connector";
import type { Archive, EfdFile } from "../layout/archive.js";
import { filesOf } from "../layout/files.js";
import { observedStore } from "../layout/observed-store.js";
import { mergeDuplicates } from "./duplicates.js";
import type { Faults } from "./faults.js";
import { maskUndersampled } from "./mask.js";
import { mergeRuns } from "./merge.js";
import type { ReadPlan } from "./plan.js";
import { type Fetched, fetchRun, isFault, type Run, timelessError } from "./run.js";

/** Files on their way at a time. */
export const concurrency = 24;

/** The rows of a plan, in the order of time, in batches of its output's schema. `faults` tells which files are missing. */
export async function* readPlan(
  archive: Archive,
  plan: ReadPlan,
  faults: Faults,
  call: Call,
): AsyncGenerator<RecordBatch, void, undefined> {
  call.signal.throwIfAborted();
  const observed = { ...archive, store: observedStore(archive.store, call.observe) };
  const files = filesOf(observed, plan.topic, plan.range, call);
  yield* readFiles(observed, files, plan, faults, call);
}

/** As {@link readPlan} does, of given files in the order of their folders. */
export async function* readFiles(
  archive: Archive,
  files: Iterable<EfdFile> | AsyncIterable<EfdFile>,
  plan: ReadPlan,
  faults: Faults,
  call: Call,
): AsyncGenerator<RecordBatch, void, undefined> {
  const progress = { rows: 0, bytes: 0 };
  const fetched = mapConcurrent(files, concurrency, async (file, own) => ({ file, open: await attempt(archive, file, plan, own) }), call);

  async function* runs(): AsyncGenerator<Run, void, undefined> {
    for await (const { file, open } of fetched) {
      progress.bytes += file.size;
      let run: Run;
      try {
        run = await open(call);
      } catch (error) {
        if (!isFault(error, call.signal)) throw error;
        faults.add(file.key, error);
        continue;
      }
      faults.passed();
      if (run.timeless > 0) faults.add(file.key, timelessError(file.key, run.timeless));
      yield run;
    }
  }

  async function* rows(): AsyncGenerator<RecordBatch, void, undefined> {
    for await (const merged of mergeRuns(runs(), faults, call)) {
      const batch = finished(merged, plan);
      if (batch.numRows > 0) yield batch;
    }
  }

  for await (const batch of coalesceBatches(rows())) {
    progress.rows += batch.numRows;
    call.onProgress({ ...progress });
    yield batch;
  }
  const error = faults.error();
  if (error !== undefined && plan.onDamaged === "throw") throw error;
}

/** What is wrong with a file is told when it is opened, in its turn. */
async function attempt(archive: Archive, file: EfdFile, plan: ReadPlan, options: { readonly signal: AbortSignal }): Promise<Fetched> {
  try {
    return await fetchRun(archive, file, plan, options);
  } catch (error) {
    if (!isFault(error, options.signal)) throw error;
    return async () => {
      throw error;
    };
  }
}

/** Rows under the policy and the output's schema. */
function finished(rows: RecordBatch, plan: ReadPlan): RecordBatch {
  let batch = plan.salIndex === undefined ? rows : ofComponent(rows, plan.salIndex);
  if (plan.duplicates === "merge") batch = mergeDuplicates(batch, plan);
  batch = maskUndersampled(batch, plan);
  if (plan.output === plan.schema) return canonicalBatch(batch, plan.output);
  const names = plan.schema.fields.map(({ name }) => name);
  return canonicalBatch(batch.selectAt(plan.output.fields.map(({ name }) => names.indexOf(name))), plan.output);
}

function ofComponent(batch: RecordBatch, salIndex: number): RecordBatch {
  // A batch has one chunk of each column.
  const data = chunksOf(batch, "salIndex")[0] as Data;
  const rows: number[] = [];
  for (let row = 0; row < batch.numRows; row++) if (data.getValid(row) && Number(data.values[row]) === salIndex) rows.push(row);
  return rows.length === batch.numRows ? batch : takeRows(batch, Int32Array.from(rows));
}
