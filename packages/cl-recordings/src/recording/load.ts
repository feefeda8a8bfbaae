import { isSondeError, type SondeError, sondeError } from "@sonde/core/connector";
import type { Attribute, CallOptions, Dataset, Hdf5File } from "@sonde/hdf5";
import { isBlocked } from "../attributes/decode.js";
import { type Attributes, attributesView } from "../attributes/view.js";
import { asTicks } from "../events/row-order.js";
import { dataStream, type StoredStream } from "../streams/data-stream.js";
import { readEntryIndex } from "../streams/entry-index.js";
import type { RecordingClock } from "./clock.js";
import { tickOffset } from "./extent.js";
import type { RecordingHeader } from "./header.js";

/** "error": a file with an attribute that asks for more than data is not opened, as in Python. */
export type UnsafeAttributes = "mark" | "error";

/** Attributes of a group or dataset; rejects `unsupported` for blocked ones where `unsafe` says so. */
export function viewOf(stored: ReadonlyMap<string, Attribute>, owner: string, unsafe: UnsafeAttributes): Attributes {
  const view = attributesView(stored, { owner });
  const blocked = unsafe === "error" ? Object.entries(view).find(([, value]) => isBlocked(value)) : undefined;
  if (blocked === undefined || !isBlocked(blocked[1])) return view;
  const [name, value] = blocked;
  throw sondeError("unsupported", `attribute '${name}' of ${owner}: ${value.reason}. Open with unsafeAttributes: "mark" to read the rest`, {
    what: name,
  });
}

export type DatasetOrFailure = { readonly dataset?: Dataset; readonly failure?: SondeError };

/** A dataset that a recording may lack; what is wrong with it is kept for its first reader. */
export async function optionalDataset(
  file: Hdf5File,
  names: ReadonlySet<string>,
  name: string,
  check: (dataset: Dataset) => void,
  options: CallOptions,
): Promise<DatasetOrFailure> {
  if (!names.has(name)) return {};
  try {
    const dataset = await file.dataset(`/${name}`, options);
    check(dataset);
    return { dataset };
  } catch (failure) {
    if (isSondeError(failure) && /^(format|unsupported|limit|not-found)$/.test(failure.code)) return { failure };
    throw failure;
  }
}

type StreamsContext = {
  readonly header: RecordingHeader;
  readonly clock: RecordingClock;
  readonly unsafe: UnsafeAttributes;
  readonly warn: (warning: string) => void;
};

/** A recording may have many; what they say of themselves is asked for together, and a little at a time. */
const streamsAtOnce = 16;

/** Every data stream with its attributes and size, in the file's order; one that lacks its parts is left out with a warning. */
export async function loadStreams(
  file: Hdf5File,
  context: StreamsContext,
  options: CallOptions,
): Promise<ReadonlyMap<string, StoredStream>> {
  const streams = new Map<string, StoredStream>();
  const children = (await file.children("/data_stream", options)).filter(({ name, kind }) => kind === "group" && !/^_[ip]_/.test(name));
  for (let at = 0; at < children.length; at += streamsAtOnce) {
    const loaded = children.slice(at, at + streamsAtOnce).map(async ({ name }) => {
      try {
        return { name, stream: await loadStream(file, name, `/data_stream/${name}`, context, options) };
      } catch (error) {
        const damaged = isSondeError(error, "format") || isSondeError(error, "not-found");
        if (!damaged) throw error;
        context.warn(`data stream '${name}' is left out: ${error.message}`);
        return undefined;
      }
    });
    for (const found of await Promise.all(loaded)) if (found !== undefined) streams.set(found.name, found.stream);
  }
  return streams;
}

async function loadStream(
  file: Hdf5File,
  name: string,
  path: string,
  context: StreamsContext,
  options: CallOptions,
): Promise<StoredStream> {
  const [stored, index, data] = await Promise.all([
    file.attributes(path, options),
    file.dataset(`${path}/index`, options),
    file.dataset(`${path}/data`, options),
  ]);
  const attributes = viewOf(stored, path, context.unsafe);
  const size = index.shape?.[0];
  if (size === undefined || index.shape?.length !== 1 || data.shape?.length !== 1) {
    throw sondeError("format", `${path} is no data stream: its index and data are no lists`, { key: path });
  }
  return dataStream({
    name,
    attributes,
    data,
    size,
    clock: context.clock,
    async readIndex(call) {
      const { offset, warning } = await streamOffset(index, size, context.header, call);
      const found = await readEntryIndex(index, offset, call);
      for (const text of [...(warning === undefined ? [] : [warning]), ...found.warnings]) context.warn(`data stream '${name}': ${text}`);
      return found;
    },
  });
}

/** Only a file that does not call its ticks relative is asked for them. */
async function streamOffset(index: Dataset, size: number, header: RecordingHeader, options: CallOptions) {
  if (header.relativeTicks === true || size === 0) return { offset: 0n, warning: undefined };
  const tickAt = async (row: number) => {
    const { timestamp } = await index.fields({ names: ["timestamp"], rows: { start: row, end: row + 1 }, ...options });
    return asTicks(timestamp, index.path)[0];
  };
  const { offset, warning } = tickOffset(header, await tickAt(0), await tickAt(size - 1));
  return { offset, warning };
}
