import { type ByteSource, fromBlob, openBytes, raceAbort, sondeError } from "@sonde/core/bytes";
import { platform } from "#platform";
import { engine, type Session } from "./engine.js";
import { type Direct, makeFile } from "./file.js";
import { type ByteReader, readerOver } from "./layout/byte-reader.js";
import { withDefaults } from "./limits.js";
import { SharedSource } from "./shared-source.js";
import type { Hdf5File, OpenOptions } from "./types.js";
import type { Origin } from "./worker/readers.js";

/** Where memory can't be shared with the worker, a source up to this size is read whole. */
const wholeBytes = 1 << 26;

/** What the worker reads, and what is closed with the file. */
type Opened = {
  readonly name: string;
  readonly size: number;
  readonly origin: Origin;
  readonly shared?: SharedSource;
  /** Of bytes there is none: the worker has a copy, and nobody says that what it was made of stays as it is. */
  readonly reader?: ByteReader;
  close(): Promise<void>;
};

let lastToken = 0;

/**
 * Opens an HDF5 file for reading: a path, a `file:` or `http(s):` URL, a `File` or `Blob`, bytes, or a byte source.
 * Only its superblock is read. Of bytes a copy is made; a byte source belongs to the file, which closes it. One that has a `descriptor`
 * (core's `fromFile`) is read by that, as fast as a path; its `read` is not called.
 *
 * Rejects `not-found` for a path that leads nowhere, `format` for what is no HDF5 file or a damaged one,
 * `unsupported` where a byte source can't be read synchronously (a page that is not isolated from other origins).
 *
 * @example
 * ```ts
 * const file = await openHdf5("recording.h5");
 * const samples = await file.dataset("/samples");
 * const first = await samples.read({ rows: { start: 0, end: 25_000 } });
 * await file.close();
 * ```
 */
export async function openHdf5(input: string | URL | Blob | Uint8Array | ByteSource, options: OpenOptions = {}): Promise<Hdf5File> {
  return openRouted(input, options, (reader) => ({ reader }));
}

/** `route` decides how unfiltered data is read: undefined, all by HDF5. */
export async function openRouted(
  input: string | URL | Blob | Uint8Array | ByteSource,
  options: OpenOptions,
  route: (reader: ByteReader) => Direct | undefined,
): Promise<Hdf5File> {
  const { signal } = options;
  signal?.throwIfAborted();
  const limits = withDefaults(options.limits);
  const opened = await open(input, signal);
  const session: Session = {
    token: ++lastToken,
    name: options.name ?? opened.name,
    origin: opened.origin,
    shared: opened.shared,
    answerWithinMs: limits.answerWithinMs,
  };
  try {
    signal?.throwIfAborted();
    await engine.add(session, signal);
  } catch (error) {
    await engine.remove(session, error);
    await opened.close();
    throw error;
  }
  return makeFile(session, opened.size, limits, opened.reader && route(opened.reader), opened.close);
}

const isRemote = (input: string | URL) => /^https?:/i.test(String(input));

async function open(input: string | URL | Blob | Uint8Array | ByteSource, signal: AbortSignal | undefined): Promise<Opened> {
  if (input instanceof Uint8Array) {
    return { name: "bytes", size: input.length, origin: { kind: "bytes", bytes: input }, close: async () => {} };
  }
  if (input instanceof Blob) {
    if (!platform.readsBlobs) return openSource(fromBlob(input), signal);
    const name = "name" in input && typeof input.name === "string" ? input.name : "blob";
    return {
      name,
      size: input.size,
      origin: { kind: "blob", blob: input },
      reader: readerOver(fromBlob(input)),
      close: async () => {},
    };
  }
  if (typeof input === "string" || input instanceof URL) {
    if (isRemote(input)) return openSource(await openBytes(input), signal);
    // A scheme has two letters at least: `C:\\data.h5` is a path.
    const isUrl = typeof input === "string" && /^(file:|[a-z][a-z0-9+.-]+:\/\/)/i.test(input) && URL.canParse(input);
    const opened = await platform.openPath(isUrl ? new URL(input) : input);
    return { ...opened, size: opened.origin.size };
  }
  return openSource(input, signal);
}

async function openSource(source: ByteSource, signal: AbortSignal | undefined): Promise<Opened> {
  const call = { signal: signal ?? new AbortController().signal };
  const { name } = source;
  try {
    const size = await raceAbort(source.size(call), call.signal);
    const opened = platform.openDescriptor(source, size);
    if (opened !== undefined) return { ...opened, size };
    const close = () => source.close();
    const reader = readerOver(source);
    if (platform.sharesMemory) {
      const shared = new SharedSource(source);
      return { name, size, origin: { kind: "shared", memory: shared.memory, size }, shared, reader, close };
    }
    if (size <= wholeBytes) {
      const bytes = await raceAbort(source.read({ start: 0, end: size }, call), call.signal);
      return { name, size, origin: { kind: "bytes", bytes }, reader, close };
    }
    const advice =
      "serve the page with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or open a File";
    throw sondeError(
      "unsupported",
      `${name} (${size} bytes) can't be read piece by piece, for this page may not share memory with a worker: ${advice}`,
      { what: "shared memory" },
    );
  } catch (error) {
    await source.close();
    throw error;
  }
}
