import { isSondeError, type SondeError, sondeError } from "@sonde/core";

/** A file that could not be read, in whole or in part. */
export type SkippedFile = { readonly key: string; readonly error: unknown };

/** So many files in a row that the store does not give: it is the store that fails, or the credentials. */
const hopeless = 16;

/** The files that a read could not give. */
export class Faults {
  readonly skipped: SkippedFile[];
  #inARow = 0;

  /** They are told to `skipped` as they are found. */
  constructor(skipped: SkippedFile[] = []) {
    this.skipped = skipped;
  }

  /** Rethrows where it is no use to go on. */
  add(key: string, error: unknown): void {
    this.skipped.push({ key, error });
    const refused = isSondeError(error, "auth") || isSondeError(error, "connection");
    this.#inARow = refused ? this.#inARow + 1 : 0;
    if (this.#inARow >= hopeless) throw error;
  }

  /** A file that could be read. */
  passed(): void {
    this.#inARow = 0;
  }

  /** The error of a read that is done, if it has one: that of the first file, which names the others. */
  error(): unknown {
    const [first, ...others] = this.skipped;
    if (first === undefined || others.length === 0) return first?.error;
    if (!isSondeError(first.error)) return first.error;
    const named = others.slice(0, 3).map(({ key }) => key);
    const more = others.length > named.length ? ` and ${others.length - named.length} more` : "";
    return renamed(first.error, `${first.error.message}; likewise ${named.join(", ")}${more}, all other files were read`);
  }
}

function renamed(error: SondeError, message: string): unknown {
  const { code, message: _, stack: __, name: ___, cause: ____, ...details } = Object.assign({ cause: undefined }, error);
  // The details of an error of that very code.
  return sondeError(code, message, { ...details, cause: error } as never);
}
