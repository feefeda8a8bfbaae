import { sondeError } from "@sonde/core/connector";
import type { Value } from "@sonde/msgpack-numpy";
import type { AnyApplication } from "../attributes/view.js";
import { printable } from "../print/printable.js";
import type { DataStream, StoredStream } from "./data-stream.js";

/** The data streams of a recording, by name in the file's order. */
export interface DataStreams extends Iterable<DataStream> {
  readonly size: number;
  keys(): string[];
  values(): DataStream[];
  entries(): [name: string, stream: DataStream][];
  has(name: string): boolean;
  /**
   * Throws `not-found` with the names that there are.
   *
   * @example
   * ```ts
   * const recording = await openRecording("recording.h5");
   * const stream = recording.dataStreams.get<{ score: number }>("example_data_stream");
   * console.log(stream.attributes.application.score);
   * ```
   */
  get<Application = AnyApplication, T = Value>(name: string): DataStream<Application, T>;
}

export function dataStreams(streams: ReadonlyMap<string, StoredStream>): DataStreams {
  const collection: DataStreams = {
    size: streams.size,
    keys: () => [...streams.keys()],
    values: () => [...streams.values()],
    entries: () => [...streams],
    has: (name) => streams.has(name),
    get<Application, T>(name: string) {
      const stream = streams.get(name);
      // What an application stored is the caller's word; nothing in a recording says its type.
      if (stream !== undefined) return stream as unknown as DataStream<Application, T>;
      const names = streams.size === 0 ? "it has none" : `there are ${[...streams.keys()].join(", ")}`;
      throw sondeError("not-found", `no data stream '${name}' in this recording: ${names}`, { id: name });
    },
    [Symbol.iterator]: () => streams.values(),
  };
  return printable(collection, () =>
    ["Data Streams:", ...[...streams.values()].map(({ name, size }) => `    ${name} (${size} entries)`)].join("\n"),
  );
}
