import { type FileHandle, mkdir, open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { exit, failure } from "../exit.js";
import { writeWholeFile } from "../plot/file.js";

/** One file of an export that is whole. */
export type ExportedFile = {
  readonly stream: string;
  /** Below the folder, with "/". */
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Hive layout: what the file holds ends there, in nanoseconds. */
  readonly until?: string;
};

/** What an export was asked, with the instants that relative times meant when it began. */
export type ExportQuestion = { readonly [key: string]: string | readonly string[] | null };

/**
 * The record of an export in its folder, `sonde-export.ndjson`: a line for the question, one for each file once it is whole and on the
 * disk, one for each stream that is done. A line that a kill cut short is not counted, and what it would have told is written again.
 */
export interface Manifest {
  /** As the first run resolved it. */
  readonly question: ExportQuestion;
  isDone(stream: string): boolean;
  /** The files of a stream that are there as they were written. */
  files(stream?: string): readonly ExportedFile[];
  /** Where the hours of a stream that are there without a gap end; undefined where there is none. */
  resumeAt(stream: string): bigint | undefined;
  add(file: ExportedFile): Promise<void>;
  done(stream: string): Promise<void>;
  /** Writes `SHA256SUMS`, as `sha256sum -c` takes it. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

const name = "sonde-export.ndjson";

/** Begins an export in a folder, or takes one up again. `asked` must be what it was asked before; `resolve` gives the instants for a new one. */
export async function openManifest(folder: string, asked: ExportQuestion, resolve: () => ExportQuestion): Promise<Manifest> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  const before = await linesOf(path);
  const [header] = before;
  if (header !== undefined && JSON.stringify(header.asked) !== JSON.stringify(asked)) {
    throw failure(exit.usage, `${path} is of an export with other options: give those again, or choose another folder by -o`);
  }
  // Of a parsed line; what it holds was written by `resolve`.
  const question = header === undefined ? resolve() : (header.question as ExportQuestion);
  const files = new Map<string, ExportedFile>();
  const finished = new Set<string>();
  for (const line of before.slice(1)) {
    if (typeof line.done === "string") finished.add(line.done);
    else if (isExported(line) && (await isThere(folder, line))) files.set(line.file, line);
  }
  for (const line of before) {
    // A file that is gone, or another now, is written again.
    if (isExported(line) && !files.has(line.file)) finished.delete(line.stream);
  }
  const resumeAt = (stream: string): bigint | undefined => {
    const written = new Map(
      before.filter(isExported).flatMap((line) => (line.stream === stream && line.until ? [[line.file, line.until]] : [])),
    );
    let end: bigint | undefined;
    for (const [file, until] of [...written].sort(([, a], [, b]) => Number(BigInt(a) - BigInt(b)))) {
      if (!files.has(file)) break;
      end = BigInt(until);
    }
    return end;
  };
  const handle = await open(path, "a");
  if (header === undefined) await append(handle, { sonde: 1, asked, question });
  // After a line that was cut short a new one begins.
  else await handle.appendFile("\n");
  return {
    question,
    isDone: (stream) => finished.has(stream),
    files: (stream) => [...files.values()].filter((file) => stream === undefined || file.stream === stream),
    resumeAt,
    async add(file) {
      files.set(file.file, file);
      await append(handle, file);
    },
    async done(stream) {
      finished.add(stream);
      await append(handle, { done: stream });
    },
    async finish() {
      const sums = [...files.values()].map(({ file, sha256 }) => `${sha256}  ${file}\n`).sort();
      await writeWholeFile(join(folder, "SHA256SUMS"), sums.join(""));
    },
    close: () => handle.close(),
  };
}

async function append(handle: FileHandle, line: object): Promise<void> {
  await handle.appendFile(`${JSON.stringify(line)}\n`);
  await handle.datasync();
}

async function linesOf(path: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return text.split("\n").flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === "object" && value !== null ? [{ ...value }] : [];
    } catch {
      return [];
    }
  });
}

function isExported(line: Record<string, unknown>): line is Record<string, unknown> & ExportedFile {
  return (
    typeof line.stream === "string" && typeof line.file === "string" && typeof line.bytes === "number" && typeof line.sha256 === "string"
  );
}

async function isThere(folder: string, { file, bytes }: ExportedFile): Promise<boolean> {
  const found = await stat(join(folder, ...file.split("/"))).catch(() => undefined);
  return found?.size === bytes;
}
