import { delay, follow as followSignals, isRetryable, raceAbort, sondeError } from "@sonde/core/bytes";
import type { RunHeader, StreamColumns, Waiting } from "../catalog/types.js";
import type { DocumentPair } from "../event-model/documents.js";
import { isRecord } from "../event-model/own.js";
import type { Connection } from "./connection.js";
import { eventsOfRows, streamRows } from "./documents.js";
import { type OpenSocket, type SocketMessage, subscribe } from "./socket.js";
import { streamsOf, type TiledStream } from "./streams.js";

export type Followed = {
  readonly connection: Connection;
  readonly run: readonly string[];
  readonly uid: string;
  readonly openSocket: OpenSocket | undefined;
  /** Start and stop as they are now. */
  readonly header: (options: Waiting) => Promise<RunHeader>;
};

/** How often a run is looked at while its sockets are silent: what begins between two looks is not missed. */
const look = "2s";
const mostWaiting = 100_000;

/**
 * The documents of a run that are there, and those that come until its stop. Rows that are there are read; those that come arrive by the socket
 * of their table, which is open before the reading begins, so that none falls between. A socket that breaks is opened again and the table read again: rows that were given
 * already are not given twice.
 */
export async function* followRun(followed: Followed, { signal }: Waiting): AsyncGenerator<DocumentPair, void, undefined> {
  const own = followSignals([signal]);
  const queue: DocumentPair[] = [];
  let failure: { readonly error: unknown } | undefined;
  let wake = (): void => {};
  const put = (documents: Iterable<DocumentPair>) => {
    // What was read and can't be handed over ends the following: it does not grow on.
    if (failure !== undefined) return;
    for (const document of documents) queue.push(document);
    if (queue.length > mostWaiting)
      failure ??= {
        error: sondeError("overrun", `${queue.length} documents of run '${followed.uid}' wait: read them faster, then follow again`, {}),
      };
    wake();
  };
  const fail = (error: unknown) => {
    failure ??= { error };
    wake();
  };
  const streams = new Map<string, StreamFollower>();
  let ended = false;

  /** Streams that are new, with their descriptors. */
  const discover = async (): Promise<void> => {
    for (const stream of await streamsOf(followed.connection, followed.run, followed.uid, { signal: own.signal })) {
      const known = streams.get(stream.name);
      if (known !== undefined) {
        known.update(stream);
        continue;
      }
      const follower = new StreamFollower(followed, stream, put);
      streams.set(stream.name, follower);
      follower.done = follower.run(own.signal).catch(fail);
    }
  };
  const supervise = async (): Promise<void> => {
    for (;;) {
      // Before the streams, so that what was complete at the stop is in what is read after it.
      const { stop } = await followed.header({ signal: own.signal });
      await discover();
      if (stop !== undefined) {
        await Promise.all([...streams.values()].map((stream) => stream.finish(own.signal)));
        put([["stop", stop]]);
        ended = true;
        wake();
        return;
      }
      await changed(followed, own.signal);
    }
  };

  try {
    const { start } = await followed.header({ signal });
    yield ["start", start];
    supervise().catch(fail);
    for (;;) {
      const document = queue.shift();
      if (document !== undefined) {
        yield document;
        continue;
      }
      if (failure !== undefined) throw failure.error;
      if (ended) return;
      await raceAbort(
        new Promise<void>((resolve) => {
          wake = resolve;
        }),
        signal,
      );
    }
  } finally {
    own.abort(new DOMException("The run is no longer followed", "AbortError"));
    own.release();
  }
}

/** Waits until the run's socket says something, or ends, or a while has passed. */
async function changed({ connection, run, openSocket }: Followed, signal: AbortSignal): Promise<void> {
  const own = followSignals([signal]);
  try {
    const heard = (async () => {
      for await (const _ of subscribe(connection, run, openSocket, { signal: own.signal })) return;
    })();
    await Promise.race([heard, delay(look, { signal: own.signal })]);
  } catch (error) {
    signal.throwIfAborted();
    if (!isRetryable(error)) throw error;
    await delay(look, { signal });
  } finally {
    own.abort(new DOMException("heard", "AbortError"));
    own.release();
  }
}

/** One stream: its table, and what is added to it. */
class StreamFollower {
  done: Promise<void> = Promise.resolve();
  readonly #followed: Followed;
  readonly #put: (documents: Iterable<DocumentPair>) => void;
  #stream: TiledStream;
  #descriptors = 0;
  #lastTime = Number.NEGATIVE_INFINITY;
  #lastSeqNum = 0;
  #finished = false;

  constructor(followed: Followed, stream: TiledStream, put: (documents: Iterable<DocumentPair>) => void) {
    this.#followed = followed;
    this.#stream = stream;
    this.#put = put;
    this.update(stream);
  }

  /** Descriptors that were made since. */
  update(stream: TiledStream): void {
    this.#stream = stream;
    this.#put(stream.descriptors.slice(this.#descriptors).map((descriptor): DocumentPair => ["descriptor", descriptor]));
    this.#descriptors = stream.descriptors.length;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { connection, openSocket } = this.#followed;
    while (!this.#finished) {
      try {
        let reading: Promise<void> | undefined;
        const onOpen = () => {
          reading = this.#read(signal);
          reading.catch(() => {});
        };
        for await (const message of subscribe(connection, [...this.#stream.path, "internal"], openSocket, { signal, onOpen })) {
          await reading;
          const rows = rowsOf(message);
          if (rows !== undefined) this.#give(rows);
        }
        await reading;
        return;
      } catch (error) {
        signal.throwIfAborted();
        // Without a table yet, or a cache on the server, the socket is refused: what is there is read, by and by.
        if (!isRetryable(error)) throw error;
        await this.#read(signal);
        await delay(look, { signal });
      }
    }
  }

  /** After the stop: what the table has more. */
  async finish(signal: AbortSignal): Promise<void> {
    this.#finished = true;
    await this.#read(signal);
  }

  async #read(signal: AbortSignal): Promise<void> {
    for await (const rows of streamRows(this.#followed.connection, this.#stream, undefined, { signal })) this.#give(rows);
  }

  /** Rows come in the order of their times, by the table and by the socket alike. */
  #give(rows: StreamColumns): void {
    const fresh: DocumentPair[] = [];
    for (const pair of eventsOfRows(this.#stream.descriptors, rows)) {
      if (pair[0] !== "event") continue;
      const { time } = pair[1];
      const seqNum = Number(pair[1].seq_num);
      if (time < this.#lastTime || (time === this.#lastTime && seqNum <= this.#lastSeqNum)) continue;
      this.#lastTime = time;
      this.#lastSeqNum = seqNum;
      fresh.push(pair);
    }
    this.#put(fresh);
  }
}

/** Rows of a message about a table: lists by column. */
function rowsOf({ type, payload }: SocketMessage): StreamColumns | undefined {
  if (type !== "table-data" || !isRecord(payload)) return undefined;
  const data = new Map<string, ArrayLike<unknown>>();
  for (const [name, cells] of Object.entries(payload)) if (Array.isArray(cells)) data.set(name, cells);
  const numbers = (name: string) => Float64Array.from(data.get(name) ?? [], Number);
  const [seqNum, time] = [numbers("seq_num"), numbers("time")];
  data.delete("seq_num");
  data.delete("time");
  return { seqNum, time, data };
}
