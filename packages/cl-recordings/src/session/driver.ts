import { maxNanos, minNanos, tickToTime, timeToTick } from "@sonde/core";
import { turn } from "@sonde/core/bytes";
import {
  type Append,
  type Call,
  type Description,
  type Driver,
  isSondeError,
  type Live,
  matchesQuery,
  projectSchema,
  type ReadQuery,
  type RecordBatch,
  type Schema,
  type StreamDriver,
  type StreamKind,
  sondeError,
} from "@sonde/core/connector";
import { decode } from "@sonde/msgpack-numpy";
import { toJson } from "../driver/json.js";
import { byId } from "../driver/streams.js";
import type { FollowOptions } from "../live/feed.js";
import { appendTo } from "./append-rows.js";
import {
  batchOfRows,
  entrySchema,
  frameSchema,
  type Rows,
  rowsOfEntry,
  rowsOfFrames,
  rowsOfSpikes,
  rowsOfStims,
  selectRows,
  sliceRows,
  spikeSchema,
  stimSchema,
} from "./rows.js";
import type { Session } from "./types.js";

/** Rows of a batch, and of a turn. */
const batchRows = 65_536;
const batchBytes = 8_000_000;

type Channel = {
  readonly id: string;
  readonly kind: StreamKind;
  readonly schema: Schema;
  readonly rowBytes: number;
  kept(): Rows[];
  follow(options: FollowOptions): AsyncIterable<Rows>;
  readonly more?: Partial<StreamDriver>;
};

/** A running session as a driver: each stream reads what the history keeps, and is followed; data streams are appended to. */
export function sessionDriver(session: Session): Driver<Session> {
  let closed = false;
  const check = () => {
    if (closed) throw sondeError("closed", "this source of the session was closed: open another one", {});
  };
  const streams = () => [...channelsOf(session)].map((channel) => streamOf(session, channel, check));
  return {
    client: session,
    info: {
      frames_per_second: session.framesPerSecond,
      channels: session.channelCount,
      microvolts_per_unit: session.microvoltsPerUnit,
      recordings: session.recordings.map(({ file }) => file.path),
    },
    async *streams(query, call) {
      for (const stream of streams()) {
        call.signal.throwIfAborted();
        if (matchesQuery(stream, query)) yield stream;
      }
    },
    async stream(id, call) {
      call.signal.throwIfAborted();
      check();
      return byId(streams(), id, "this session");
    },
    async close() {
      // The session is its application's, which goes on with it.
      closed = true;
    },
  };
}

function* channelsOf(session: Session): Generator<Channel> {
  const { channelCount, microvoltsPerUnit, samples, spikes, stims } = session;
  yield {
    id: "samples",
    kind: "series",
    schema: frameSchema(channelCount, microvoltsPerUnit),
    rowBytes: 16 + 2 * channelCount,
    kept: () => samples.kept().map((block) => rowsOfFrames(block, channelCount)),
    follow: (options) => mapped(samples.follow(options), (block) => rowsOfFrames(block, channelCount)),
  };
  yield {
    id: "spikes",
    kind: "events",
    schema: spikeSchema,
    rowBytes: 317,
    kept: () => spikes.kept().map(rowsOfSpikes),
    follow: (options) => mapped(spikes.follow(options), rowsOfSpikes),
  };
  yield {
    id: "stims",
    kind: "events",
    schema: stimSchema,
    rowBytes: 17,
    kept: () => stims.kept().map(rowsOfStims),
    follow: (options) => mapped(stims.follow(options), rowsOfStims),
  };
  for (const stream of session.dataStreams.values()) {
    const append: Append = {
      rows: (batch, call) => appendTo(stream, batch, session.clock, call),
      async annotate(metadata, call) {
        call.signal.throwIfAborted();
        stream.updateAttributes(metadata);
      },
    };
    yield {
      id: `data_stream/${stream.name}`,
      kind: "events",
      schema: entrySchema,
      rowBytes: 1024,
      kept: () => stream.kept().map(rowsOfEntry),
      follow: (options) => mapped(stream.follow(options), rowsOfEntry),
      more: {
        metadata: metadataOf(stream.attributes),
        append,
        decode: (_field, cell) => (cell instanceof Uint8Array ? decode(cell) : cell),
      },
    };
  }
}

function streamOf(session: Session, channel: Channel, check: () => void): StreamDriver {
  const { id, kind, schema } = channel;
  const { clock } = session;

  async function describe(call: Call): Promise<Description> {
    call.signal.throwIfAborted();
    check();
    const { ticks } = selectRows(channel.kept(), timeToTick(clock, minNanos), timeToTick(clock, maxNanos));
    const [first, last] = [ticks[0], ticks[ticks.length - 1]];
    const extent =
      first === undefined || last === undefined ? null : { start: tickToTime(clock, first), end: tickToTime(clock, last) + 1n };
    return { kind, schema, clock, rows: ticks.length, extent };
  }

  async function* read({ range, columns }: ReadQuery, call: Call): AsyncGenerator<RecordBatch, void, undefined> {
    call.signal.throwIfAborted();
    check();
    const { start, end } = range ?? { start: minNanos, end: maxNanos };
    const projected = projectSchema(schema, columns);
    const rows = selectRows(channel.kept(), timeToTick(clock, start), timeToTick(clock, end));
    const step = Math.max(1, Math.min(batchRows, Math.floor(batchBytes / channel.rowBytes)));
    let done = 0;
    for (let at = 0; at < rows.ticks.length; at += step) {
      const batch = batchOfRows(sliceRows(rows, at, Math.min(rows.ticks.length, at + step)), projected, clock);
      done += batch.numRows;
      call.onProgress({ rows: done, bytes: done * channel.rowBytes });
      yield batch;
      check();
      const wait = turn(call.signal);
      if (wait) await wait;
    }
  }

  const live: Live = {
    async *follow({ from, columns }, { signal }) {
      check();
      const projected = projectSchema(schema, columns);
      const tick = from === undefined ? {} : { from: timeToTick(clock, from) };
      try {
        for await (const rows of channel.follow({ ...tick, signal })) {
          check();
          if (rows.ticks.length > 0) yield batchOfRows(rows, projected, clock);
        }
      } catch (error) {
        if (!isSondeError(error, "overrun") || error.resumeFrom === undefined) throw error;
        const resumeFrom = tickToTime(clock, error.resumeFrom);
        throw sondeError("overrun", `${error.message} (${resumeFrom} ns)`, { resumeFrom, cause: error });
      }
    },
  };

  return { id, name: id, kind, collection: "session", metadata: {}, describe, read, live, ...channel.more };
}

/** Attributes as metadata: each by its own name. */
function metadataOf(attributes: object): NonNullable<StreamDriver["metadata"]> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, toJson(value)]));
}

async function* mapped<T, U>(source: AsyncIterable<T>, map: (item: T) => U): AsyncGenerator<U, void, undefined> {
  for await (const item of source) yield map(item);
}
