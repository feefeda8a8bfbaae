import type { ByteSource } from "@sonde/core/bytes";
import type { Nanos, TimeRange } from "@sonde/core/connector";
import type { Hdf5File, OpenOptions } from "@sonde/hdf5";
import type { AnyApplication, Attributes } from "../attributes/view.js";
import type { EventTable } from "../events/event-table.js";
import type { Samples } from "../samples/samples.js";
import type { StoredStream } from "../streams/data-stream.js";
import type { DataStreams } from "../streams/data-streams.js";
import type { RecordingClock } from "./clock.js";
import type { RecordingStatus } from "./extent.js";
import type { UnsafeAttributes } from "./load.js";

/** A path, a `file:` or `http(s):` URL, a `File`, bytes, or a byte source. */
export type RecordingInput = string | URL | Blob | Uint8Array | ByteSource;
export type RecordingOptions = OpenOptions & {
  /** What becomes of attributes that ask for more than data: marked (default), or the whole file is refused, as in Python. */
  readonly unsafeAttributes?: UnsafeAttributes | undefined;
};
/** The attributes that the recorder wrote; `application` is what the application said of its recording. */
export type RecordingAttributes<Application> = Attributes & { readonly application: Application };

/** A recording of living neurons, open. All ticks count frames from its start, as in the file. */
export interface Recording<Application = AnyApplication> extends AsyncDisposable {
  /** The file's name or path. */
  readonly name: string;
  readonly attributes: RecordingAttributes<Application>;
  readonly samples: Samples;
  readonly spikes: EventTable;
  readonly stims: EventTable;
  readonly dataStreams: DataStreams;
  /** Any group, dataset and raw attribute, by `readAttributes` decoded ones too; closed with the recording. */
  readonly file: Hdf5File;
  readonly clock: RecordingClock;
  readonly status: RecordingStatus;
  /** As the recorder wrote it: "SDK", "MOCK", "1". */
  readonly formatVersion: string;
  /** Of an unfinished recording, as far as its data goes. */
  readonly frames: bigint;
  readonly duration: Nanos;
  /** Half open. */
  readonly range: TimeRange;
  /** What is odd about the file; grows while it is read. */
  readonly warnings: readonly string[];
  /** Idempotent; reads under way reject `closed`. */
  close(): Promise<void>;
}
/** A recording with what the driver needs of it. */
export type OpenRecording<Application = AnyApplication> = Recording<Application> & { readonly stored: ReadonlyMap<string, StoredStream> };
