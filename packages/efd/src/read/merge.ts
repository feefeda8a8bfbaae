import { maxNanos } from "@sonde/core";
import { lowerBound, type RecordBatch, sondeError, timesOf } from "@sonde/core/connector";
import { earlier } from "../schema/instants.js";
import type { Faults } from "./faults.js";
import { sortedRows } from "./order.js";
import { isFault, type Run } from "./run.js";

/** A run under way: what of it is at hand and not handed on yet, and where the rest comes from. */
type Open = { readonly key: string; readonly order: number; batches: RecordBatch[]; rest: Run["rest"] };

/**
 * The rows of all runs in the order of time; rows of one time in the order of their files, and always in one batch. The runs come in the order of their
 * floors, so that all rows before the floor of the latest are there: these are handed on, the others wait. Memory: the rows of the files that
 * were filed within the lateness.
 *
 * A row later than that can't be put in its place any more: its file is told to `faults` (`limit`). When the runs fail, what is there is handed on first.
 */
export async function* mergeRuns(
  runs: AsyncIterable<Run>,
  faults: Faults,
  options: { readonly signal: AbortSignal },
): AsyncGenerator<RecordBatch, void, undefined> {
  const { signal } = options;
  let open: Open[] = [];
  /** All rows before it are handed on. */
  let done: bigint | undefined;
  let order = 0;
  let failure: { readonly cause: unknown } | undefined;

  async function* upTo(floor: bigint): AsyncGenerator<RecordBatch, void, undefined> {
    for (;;) {
      for (const run of open) if (run.batches.length === 0) await more(run, faults, signal);
      open = open.filter((run) => run.batches.length > 0);
      // What a file gives only later is not before its last row that is there.
      const safe = open.reduce((least, run) => (run.rest === undefined ? least : earlier(least, lastOf(run))), floor);
      const parts = open.flatMap((run) => takeBefore(run, safe));
      if (parts.length > 0) yield* inOrder(parts);
      if (safe === floor) return;
      // Many rows of one time may fill all that is there of a file.
      if (parts.length === 0) for (const run of open) if (run.rest !== undefined && lastOf(run) === safe) await more(run, faults, signal);
    }
  }

  try {
    try {
      for await (const run of runs) {
        if (done === undefined || run.floor > done) {
          yield* upTo(run.floor);
          done = run.floor;
        }
        const batches = inTime(run, done, faults);
        if (batches.length > 0 || run.rest !== undefined) open.push({ key: run.file.key, order: order++, batches, rest: run.rest });
      }
    } catch (cause) {
      if (signal.aborted) throw cause;
      failure = { cause };
    }
    // Past the last instant, so that it is handed on too.
    yield* upTo(maxNanos + 1n);
    if (failure !== undefined) throw failure.cause;
  } finally {
    await Promise.all(open.map((run) => run.rest?.return()));
  }
}

/** Reads the next batch of a run; a run that fails ends, and is told of. */
async function more(run: Open, faults: Faults, signal: AbortSignal): Promise<void> {
  if (run.rest === undefined) return;
  try {
    const next = await run.rest.next();
    if (next.done) run.rest = undefined;
    else run.batches.push(next.value);
  } catch (error) {
    run.rest = undefined;
    if (!isFault(error, signal)) throw error;
    faults.add(run.key, error);
  }
}

/** The rows of a run that are not before what is handed on already. */
function inTime(run: Run, done: bigint, faults: Faults): RecordBatch[] {
  const [first] = run.ready;
  const earliest = first && timesOf(first)[0];
  if (earliest === undefined || earliest >= done) return [...run.ready];
  const asked = run.file.filed.start - earliest;
  faults.add(
    run.file.key,
    sondeError(
      "limit",
      `${run.file.key}: holds rows ${asked / 1_000_000_000n} s older than the folder it was filed in: raise lateness to have them in their place`,
      { what: "lateness", asked, allowed: run.file.filed.start - run.floor, option: "lateness" },
    ),
  );
  return run.ready.map((batch) => batch.slice(lowerBound(timesOf(batch), done))).filter(({ numRows }) => numRows > 0);
}

type Part = { readonly batch: RecordBatch; readonly order: number; readonly first: bigint; readonly last: bigint };

/** The rows of a run before an instant, which leave it. */
function takeBefore(run: Open, end: bigint): Part[] {
  const parts: Part[] = [];
  while (run.batches[0] !== undefined) {
    const [batch] = run.batches;
    const times = timesOf(batch);
    const rows = lowerBound(times, end);
    if (rows === 0) break;
    const whole = rows === times.length;
    // At least one row, by what was just found.
    parts.push({
      batch: whole ? batch : batch.slice(0, rows),
      order: run.order,
      first: times[0] as bigint,
      last: times[rows - 1] as bigint,
    });
    if (whole) run.batches.shift();
    else {
      run.batches[0] = batch.slice(rows);
      break;
    }
  }
  return parts;
}

/** Parts that do not touch are handed on as they are, the others sorted together. */
function* inOrder(parts: readonly Part[]): Generator<RecordBatch> {
  const sorted = [...parts].sort((a, b) => (a.first === b.first ? a.order - b.order : a.first < b.first ? -1 : 1));
  let group: Part[] = [];
  let last: bigint | undefined;
  for (const part of sorted) {
    if (last !== undefined && part.first > last) {
      yield joined(group);
      group = [];
      last = undefined;
    }
    group.push(part);
    if (last === undefined || part.last > last) last = part.last;
  }
  if (group.length > 0) yield joined(group);
}

function joined(group: readonly Part[]): RecordBatch {
  const [first, ...others] = [...group].sort((a, b) => a.order - b.order).map(({ batch }) => batch);
  // Never called with none.
  return sortedRows([first as RecordBatch, ...others]);
}

/** Of a run with a batch. */
function lastOf(run: Open): bigint {
  const batch = run.batches.at(-1);
  return batch === undefined ? maxNanos : (timesOf(batch).at(-1) ?? maxNanos);
}
