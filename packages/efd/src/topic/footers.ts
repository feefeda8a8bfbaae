import type { TimeRange } from "@sonde/core";
import { mapConcurrent } from "@sonde/core/bytes";
import { type Call, sondeError } from "@sonde/core/connector";
import type { Archive, EfdFile } from "../layout/archive.js";
import { filesOf } from "../layout/files.js";
import { outerFolders } from "../layout/folders.js";
import { keyedSource } from "../layout/keyed-source.js";
import { openParquet, type ParquetFile } from "../parquet/index.js";
import { isFault } from "../read/run.js";

/** Files opened at each end of a topic: one for each of Kafka's partitions, which are written side by side. */
const mostPartitions = 4;
/** Damaged files that are passed over. */
const mostTried = 8;

/** An end of a topic: its footers, and the files that they are of. */
export type End = readonly { readonly file: EfdFile; readonly parquet: ParquetFile }[];

/**
 * The footers of the first files of a topic and of the last, by a handful of requests. Undefined where it has no files; where none of an end
 * can be read, its first error is thrown.
 */
export async function endsOf(
  archive: Archive,
  topic: string,
  call: Call,
): Promise<{ readonly first: End; readonly last: End } | undefined> {
  const folders = await outerFolders(archive, topic, call);
  if (folders === undefined) return undefined;
  const listed = async (folder: { readonly start: bigint; readonly end: bigint }) => {
    const files: EfdFile[] = [];
    // Only this folder: no lateness.
    for await (const file of filesOf({ ...archive, lateness: 0n }, topic, folder, call)) files.push(file);
    return files;
  };
  const same = folders.first.start === folders.last.start;
  const firsts = listed(folders.first);
  const [head, tail] = await Promise.all([firsts, same ? firsts : listed(folders.last)]);
  if (head.length === 0 || tail.length === 0) return undefined;
  const [first, last] = await Promise.all([footers(archive, head, call), footers(archive, [...tail].reverse(), call)]);
  return { first, last };
}

/** Of the first file of each partition, in the order given. */
async function footers(archive: Archive, files: readonly EfdFile[], call: Call): Promise<End> {
  const outermost = new Map<number | undefined, EfdFile>();
  for (const file of files) if (!outermost.has(file.partition) && outermost.size < mostPartitions) outermost.set(file.partition, file);
  const chosen = [...outermost.values()];
  const opened = await Promise.allSettled(chosen.map((file) => footer(archive, file, call)));
  const found = opened.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  if (found.length > 0) return found;
  let failure: unknown = opened.find((result) => result.status === "rejected")?.reason;
  for (const file of files.filter((other) => !chosen.includes(other)).slice(0, mostTried)) {
    if (!isFault(failure, call.signal)) break;
    try {
      return [await footer(archive, file, call)];
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

/** Files looked through for columns that those at the ends do not have. */
const mostWithin = 512;

/** The footers of the files of a range, newest first; damaged ones are left out. Rejects `limit` past 512 files. */
export async function footersWithin(archive: Archive, topic: string, range: TimeRange, call: Call): Promise<End> {
  const files: EfdFile[] = [];
  for await (const file of filesOf(archive, topic, range, call)) {
    if (files.length === mostWithin) {
      throw sondeError(
        "limit",
        `the columns of topic '${topic}' lie in more than ${mostWithin} files of that range: name a shorter one to look through`,
        { what: "files", asked: mostWithin + 1, allowed: mostWithin, option: "range" },
      );
    }
    files.push(file);
  }
  const found: End[number][] = [];
  const open = (file: EfdFile, own: { readonly signal: AbortSignal }) =>
    footer(archive, file, { ...call, ...own }).catch((error: unknown) => {
      if (!isFault(error, own.signal)) throw error;
      return undefined;
    });
  for await (const one of mapConcurrent(files.reverse(), 24, open, call)) if (one !== undefined) found.push(one);
  return found;
}

async function footer(archive: Archive, file: EfdFile, call: Call): Promise<End[number]> {
  const source = keyedSource(archive.store, file);
  try {
    return { file, parquet: await openParquet(source, { signal: call.signal, size: file.size, wholeFileBytes: 0 }) };
  } finally {
    await source.close();
  }
}
