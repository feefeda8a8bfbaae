import { maxNanos, type TimeRange } from "@sonde/core";
import { delay } from "@sonde/core/bytes";
import type { Call, RecordBatch } from "@sonde/core/connector";
import type { EfdFile } from "../layout/archive.js";
import { filesOf } from "../layout/files.js";
import { foldersOf } from "../layout/folders.js";
import { observedStore } from "../layout/observed-store.js";
import { Faults } from "../read/faults.js";
import type { ReadPlan } from "../read/plan.js";
import { readFiles } from "../read/read.js";
import type { Session } from "../session.js";

/**
 * Rows as their files appear, each file once: in order inside a batch, late ones as they come. With `from` what is stored since comes first. Polls the
 * listing from the latest folder, less the lateness, on: files of one hour appear until well into the next.
 */
export async function* followRows(
  session: Session,
  topic: string,
  planned: () => Promise<ReadPlan>,
  from: bigint | undefined,
  call: Call,
): AsyncGenerator<RecordBatch, void, undefined> {
  call.signal.throwIfAborted();
  const archive = { ...session.archive, store: observedStore(session.archive.store, call.observe) };
  const { lateness } = archive;
  /** The files that were seen, and when each was filed. */
  const seen = new Map<string, bigint>();
  let latest: bigint | undefined;

  /** Those that were not seen before, in the order of the listing. */
  async function* fresh(since: bigint): AsyncGenerator<EfdFile, void, undefined> {
    for await (const file of filesOf(archive, topic, { start: since, end: maxNanos }, call)) {
      if (latest === undefined || file.filed.start > latest) latest = file.filed.start;
      if (seen.has(file.key)) continue;
      seen.set(file.key, file.filed.start);
      yield file;
    }
  }
  const range = from === undefined ? undefined : { start: from, end: maxNanos };
  const rowsOf = (files: AsyncIterable<EfdFile>, late: bigint, plan: ReadPlan) =>
    readFiles({ ...archive, lateness: late }, files, { ...plan, range }, new Faults(), call);

  // What is there before anything else is asked: whoever follows wants what comes from now on.
  const lastFolder = await lastOf(foldersOf(archive, topic, "newest", call));
  if (from === undefined) for await (const _ of fresh(lastFolder - lateness));
  const plan = await planned();
  if (from !== undefined) yield* rowsOf(fresh(from), lateness, plan);
  for (;;) {
    await delay(session.pollInterval, call);
    const horizon = (latest ?? lastFolder) - lateness;
    // What is filed before is not listed any more.
    for (const [key, filed] of seen) if (filed < horizon - lateness - 3_600_000_000_000n) seen.delete(key);
    // However late its rows are: they are sorted with those of the same poll only.
    yield* rowsOf(fresh(horizon), 2n ** 62n, plan);
  }
}

async function lastOf(folders: AsyncIterable<TimeRange>): Promise<bigint> {
  for await (const { start } of folders) return start;
  return 0n;
}
