import {
  type Call,
  type Collection,
  type Collections,
  type Driver,
  isSondeError,
  matchesQuery,
  type StreamDriver,
  sondeError,
} from "@sonde/core/connector";
import type { GrowingFile } from "../live/growing-file.js";
import type { OpenRecording, Recording } from "../recording/recording.js";
import { recordingInfo } from "./file.js";
import { leaseOf } from "./lease.js";
import type { RecordingPool } from "./pool.js";
import { byId, recordingStreams } from "./streams.js";
import { where } from "./where.js";

/** Undefined for what is finished. */
type GrowingOf = (recording: OpenRecording, name: string) => Promise<GrowingFile | undefined>;

/** A folder of recordings: each is a collection, named by its file. What is no recording is passed over. */
export function folderDriver(folder: string, names: readonly string[], pool: RecordingPool, growingOf: GrowingOf): Driver<Recording> {
  let closed = false;

  async function streamsOf(name: string, call: Call): Promise<StreamDriver[]> {
    const { recording, release } = await pool.acquire(name, call);
    try {
      const lease = leaseOf(
        (next) => pool.acquire(name, next),
        name,
        () => closed,
      );
      return recordingStreams(recording, lease, name, `${name}/`, await growingOf(recording, name));
    } finally {
      await release();
    }
  }

  /** Undefined for what is no recording. */
  async function ifRecording<T>(work: Promise<T>): Promise<T | undefined> {
    return work.catch((error) => {
      if (isSondeError(error, "format")) return undefined;
      throw error;
    });
  }

  const collections: Collections = {
    async *list(query, call) {
      const found: Collection[] = [];
      for (const name of names) {
        call.signal.throwIfAborted();
        const collection = await ifRecording(
          pool.acquire(name, call).then(async ({ recording, release }) => {
            const inRange =
              query.range === undefined || (recording.range.start < query.range.end && recording.range.end > query.range.start);
            const metadata = recordingInfo(recording);
            const time = recording.clock.accuracy === undefined ? {} : { time: recording.range.start };
            await release();
            return inRange && where(metadata, query.where) ? { id: name, metadata, ...time } : undefined;
          }),
        );
        if (collection !== undefined) found.push(collection);
      }
      yield* found.sort(newestFirst);
    },
  };

  return {
    client: noRecording(folder),
    info: { folder, files: names.length },
    collections,
    async *streams(query, call) {
      for (const name of names) {
        call.signal.throwIfAborted();
        if (!matchesQuery({ name: "", collection: name }, { collection: query.collection ?? name })) continue;
        for (const stream of (await ifRecording(streamsOf(name, call))) ?? []) if (matchesQuery(stream, query)) yield stream;
      }
    },
    async stream(id, call) {
      const name = id.slice(0, id.indexOf("/"));
      if (names.includes(name)) return byId(await streamsOf(name, call), id, name);
      throw sondeError(
        "not-found",
        `no stream '${id}' in ${folder}: its id begins with the file's name, ${names[0] ?? "recording.h5"}/spikes`,
        { id },
      );
    },
    async close() {
      closed = true;
      await pool.close();
    },
  };
}

function newestFirst(a: Collection, b: Collection): number {
  const [left, right] = [a.time ?? 0n, b.time ?? 0n];
  if (left === right) return a.id < b.id ? 1 : -1;
  return left < right ? 1 : -1;
}

/** A folder has no recording of its own: reading a part of it says what to do. */
function noRecording(folder: string): Recording {
  const refuse = (part: PropertyKey): never => {
    throw sondeError(
      "unsupported",
      `${folder} is a folder of recordings and has no ${String(part)}: open one of them by openRecording(path)`,
      {
        what: String(part),
      },
    );
  };
  // Every part of a recording is refused, and symbols, `then` and `toJSON` are none: awaiting and printing must work.
  return new Proxy({} as Recording, {
    get: (_target, part) => (typeof part === "symbol" || part === "then" || part === "toJSON" ? undefined : refuse(part)),
  });
}
