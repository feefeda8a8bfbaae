import type { Source } from "@sonde/core";

/** A sample archive that is open. */
export interface OpenArchive extends AsyncDisposable {
  readonly source: Source;
  /** Prints the quick start of its system. */
  show(): Promise<void>;
}

/** A sample archive: made on the first run, found again on the next. */
export interface DemoArchive {
  /** As the server calls it. */
  readonly name: string;
  readonly title: string;
  /** `folder` is this archive's own, and is there. */
  open(folder: string): Promise<OpenArchive>;
}
