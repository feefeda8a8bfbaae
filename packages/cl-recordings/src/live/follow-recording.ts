import type { Span } from "@sonde/core";
import { projectSchema, type RecordBatch, sondeError } from "@sonde/core/connector";
import { fileVersion } from "#platform";
import type { Attributes } from "../attributes/view.js";
import { openRecording } from "../client.js";
import type { OpenRecording } from "../recording/recording.js";
import type { Entry } from "../streams/entry.js";
import { growingFile } from "./growing-file.js";
import { newEvents } from "./new-events.js";

/** What came into a recording's file. Ticks count from the recording's start. */
export type RecordingChange =
  /** Of the recording, or of the data stream that is named: as they are, first and after each change. */
  | { readonly kind: "attributes"; readonly stream?: string; readonly attributes: Attributes }
  | { readonly kind: "entry"; readonly stream: string; readonly entry: Entry }
  /** `time`, `tick`, `channel` and, of spikes, waveforms; in order of time inside a batch. */
  | { readonly kind: "spikes" | "stims"; readonly rows: RecordBatch }
  /** The frames `from <= tick < to` are in the file now. */
  | { readonly kind: "samples"; readonly from: bigint; readonly to: bigint };

export type FollowRecordingOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Between two looks at the file: "100ms" without. */
  readonly interval?: Span | undefined;
};

/**
 * A recording from its beginning, and then what its writer, any program on this machine, flushes into the file; ends when the
 * recording is finished. Nothing is lost to a slow reader: the file keeps it. Rejects `closed` where another recording took its
 * place. Only of local files.
 *
 * @example
 * ```ts
 * for await (const change of followRecording("recordings/latest.h5")) {
 *   if (change.kind === "entry") console.log(change.stream, change.entry.tick, change.entry.value);
 * }
 * ```
 */
export async function* followRecording(
  path: string | URL,
  options: FollowRecordingOptions = {},
): AsyncGenerator<RecordingChange, void, undefined> {
  const signal = options.signal ?? new AbortController().signal;
  signal.throwIfAborted();
  // What openRecording gives is an open recording as the driver knows it.
  const open = async () => (await openRecording(path, { signal })) as OpenRecording;
  const opened = await open();
  await opened.close();
  if ((await fileVersion(path)) === undefined) {
    throw sondeError("unsupported", `${opened.name} is no local file, so it can't be followed: open it by openRecording`, {
      what: "follow",
    });
  }
  const growing = growingFile(opened, { name: opened.name, open, version: () => fileVersion(path), interval: options.interval });
  yield* growing.follow(changesIn(signal), { signal });
}

/** Every byte is a character of its own. */
const binary = new TextDecoder("latin1");

/** What each state holds that those before it did not. */
function changesIn(signal: AbortSignal): (state: OpenRecording) => AsyncGenerator<RecordingChange, void, undefined> {
  const attributes = new Map<string | undefined, string>();
  const lastTicks = new Map<string, bigint>();
  const rows = { spikes: 0, stims: 0 };
  let frames = 0;

  /** By the bytes as stored, which tell apart what prints alike. */
  async function changed(state: OpenRecording, stream: string | undefined): Promise<boolean> {
    const stored = await state.file.attributes(stream === undefined ? "/" : `/data_stream/${stream}`, { signal });
    const text = Array.from(stored, ([name, { bytes }]) => `${name}\n${binary.decode(bytes)}\n`).join("");
    if (attributes.get(stream) === text) return false;
    attributes.set(stream, text);
    return true;
  }

  return async function* (state) {
    if (await changed(state, undefined)) yield { kind: "attributes", attributes: state.attributes };
    for (const [stream, stored] of state.stored) {
      if (await changed(state, stream)) yield { kind: "attributes", stream, attributes: stored.attributes };
      const last = lastTicks.get(stream);
      for await (const entry of stored.entries({ from: last === undefined ? undefined : last + 1n, signal })) {
        lastTicks.set(stream, entry.tick);
        yield { kind: "entry", stream, entry };
      }
    }
    for (const kind of ["spikes", "stims"] as const) {
      const query = {
        start: rows[kind],
        schema: projectSchema(state[kind].schema, undefined),
        fromTick: -(2n ** 63n),
        signal,
        onRows: (count: number) => (rows[kind] += count),
      };
      for await (const batch of newEvents(state, kind, query)) yield { kind, rows: batch };
    }
    const [end] = state.samples.shape;
    if (end > frames) {
      const from = BigInt(frames);
      frames = end;
      yield { kind: "samples", from, to: BigInt(end) };
    }
  };
}
