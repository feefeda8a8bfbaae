import { isSondeError, type SondeError, sondeError } from "@sonde/core/bytes";

/** Where something lies in a file, for errors. */
export type Place = { readonly key: string; readonly offset?: number | undefined };

/** The error for bytes that are not what they should be; `problem` says what, as "page 3 of column 'time' has …". */
export function damaged({ key, offset }: Place, problem: string, cause?: unknown): SondeError<"format"> {
  const where = offset === undefined ? "" : ` at byte ${offset}`;
  return sondeError("format", `${key}: ${problem}${where}: the file is damaged or of another format`, {
    key,
    ...(offset !== undefined && { offset }),
    ...(cause !== undefined && { cause }),
  });
}

/** The error for a file that may be sound but is not read. */
export function unsupported({ key }: Place, what: string, advice: string): SondeError<"unsupported"> {
  return sondeError("unsupported", `${key}: ${what} can't be read: ${advice}`, { what });
}

/** What `work` returns; anything that it throws and that is not ours becomes damage. For code that does not check its input. */
export function guarded<T>(place: Place, what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isSondeError(error)) throw error;
    throw damaged(place, `${what} can't be decoded (${error instanceof Error ? error.message : String(error)})`, error);
  }
}
