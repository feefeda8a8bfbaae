import type { Span } from "@sonde/core";
import { delay, isSondeError } from "@sonde/core/bytes";
import { sondeError } from "@sonde/core/connector";
import type { OpenRecording } from "../recording/recording.js";
import { isOfHalfWritten } from "./while-changing.js";

/** What tells one state of a file from the next. */
export type FileVersion = {
  readonly text: string;
  /** False where the file changed so lately that another change may not show: the clock of file systems is coarse. */
  readonly settled: boolean;
};

export type GrowingFileOptions = {
  /** For messages. */
  readonly name: string;
  open(options: { readonly signal: AbortSignal }): Promise<OpenRecording>;
  /** Undefined where there is no such file. */
  version(): Promise<FileVersion | undefined>;
  /** Between two looks at the file: "100ms" without. */
  readonly interval?: Span | undefined;
};

/** A recording that someone else writes: what is new in it, as its writer flushes. */
export interface GrowingFile {
  /**
   * Opens the recording whenever its file has changed, and yields what `read` finds new in it; ends when the recording is finished.
   * A state that was caught between two writes is read again. Rejects `closed` where another recording took the file's place.
   */
  follow<T>(read: (recording: OpenRecording) => AsyncIterable<T>, options: { readonly signal: AbortSignal }): AsyncIterable<T>;
}

/** Looks at a file that is not there, before it is given up: a writer may be replacing it. */
const mostMissing = 10;

export function growingFile(recording: OpenRecording, options: GrowingFileOptions): GrowingFile {
  const { name, interval = "100ms" } = options;
  const own = identity(recording);
  return {
    async *follow(read, { signal }) {
      let seen: string | undefined;
      let failed: string | undefined;
      let missing = 0;
      for (;;) {
        signal.throwIfAborted();
        const version = await options.version();
        signal.throwIfAborted();
        missing = version === undefined ? missing + 1 : 0;
        if (missing > mostMissing)
          throw sondeError("not-found", `${name} is no longer there: its writer removed or renamed it`, { id: name });
        if (version !== undefined && version.text !== seen) {
          try {
            const state = await options.open({ signal });
            try {
              if (identity(state) !== own) throw replaced(name);
              yield* read(state);
              // The last rows may be shown a moment after the end is.
              if (state.status === "finished" && version.settled) return;
            } finally {
              await state.close();
            }
            seen = version.settled ? version.text : undefined;
            failed = undefined;
          } catch (error) {
            signal.throwIfAborted();
            // The same bytes twice are no accident of reading while they were written.
            if (!isPassing(error) || failed === version.text) throw error;
            failed = version.settled ? version.text : undefined;
          }
        }
        await delay(interval, { signal });
      }
    },
  };
}

/** What a recording keeps from its first flush to its end. */
function identity({ attributes }: OpenRecording): string {
  const { start_timestamp, created_utc, created_localtime, hostname } = attributes;
  return [start_timestamp, created_utc, created_localtime, hostname].map(String).join("\n");
}

function replaced(name: string) {
  return sondeError("closed", `${name} is another recording now: open it again to follow that one`, { id: name });
}

function isPassing(error: unknown): boolean {
  return isOfHalfWritten(error) || isSondeError(error, "closed") || isSondeError(error, "not-found");
}
