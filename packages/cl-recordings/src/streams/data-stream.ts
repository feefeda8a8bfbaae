import { isSondeError, sondeError } from "@sonde/core/connector";
import type { CallOptions, Dataset } from "@sonde/hdf5";
import { decode, type Value } from "@sonde/msgpack-numpy";
import type { AnyApplication, Attributes } from "../attributes/view.js";
import { lower } from "../events/row-order.js";
import { printable } from "../print/printable.js";
import type { RecordingClock } from "../recording/clock.js";
import { type Tick, type TickRangeOptions, toTick, toTickRange } from "../recording/ticks.js";
import { shared } from "../shared.js";
import { type Entry, entryOf } from "./entry.js";
import { entryBytes } from "./entry-bytes.js";
import type { EntryIndex } from "./entry-index.js";
import { type Lazy, lazy } from "./lazy.js";

export type EntryOptions = TickRangeOptions & CallOptions;
/** What an application says of its stream, and what the recorder does. */
export type StreamAttributes<Application> = Attributes & { readonly name: string; readonly application: Application };

/** Values that an application published, at ticks counted from the recording's start, ascending. */
export interface DataStream<Application = AnyApplication, T = Value> {
  readonly name: string;
  /** Entries. */
  readonly size: number;
  readonly attributes: StreamAttributes<Application>;
  /** Ticks of a half-open range. */
  keys(options?: EntryOptions): Lazy<bigint>;
  values(options?: EntryOptions): Lazy<T>;
  /** `[tick, value]`; of each also `bytes` and `plain`. Rejects `format` at an entry that is damaged, after those before it. */
  entries(options?: EntryOptions): Lazy<Entry<T>>;
  /** The value at exactly this tick. Rejects `not-found`. */
  get(tick: Tick, options?: CallOptions): Promise<T>;
  has(tick: Tick, options?: CallOptions): Promise<boolean>;
  /** The last entry at or before a tick: what was in force. Undefined before the first. */
  at(tick: Tick, options?: CallOptions): Promise<Entry<T> | undefined>;
  /** The entry nearest to a tick, the earlier of two that are equally near. Undefined in an empty stream. */
  nearest(tick: Tick, options?: CallOptions): Promise<Entry<T> | undefined>;
  /** All entries; see `entries`. */
  [Symbol.asyncIterator](): AsyncIterator<Entry<T>>;
}

export type DataStreamContext = {
  readonly name: string;
  readonly attributes: Attributes;
  readonly clock: RecordingClock;
  readonly data: Dataset;
  readonly size: number;
  readIndex(options: CallOptions): Promise<EntryIndex>;
};
/** A data stream with what the driver needs of it. */
export interface StoredStream extends DataStream {
  /** Stored bytes without decoding them. */
  stored(options: EntryOptions): AsyncIterable<{ readonly tick: bigint; readonly bytes: Uint8Array }>;
  readonly byteSize: number;
}

export function dataStream(context: DataStreamContext): StoredStream {
  const { name, size, clock, data } = context;
  const index = shared((options) => context.readIndex(options));

  function view<T>(
    options: EntryOptions,
    read: (found: EntryIndex, start: number, end: number, call: CallOptions) => AsyncIterable<T>,
  ): Lazy<T> {
    const range = toTickRange(options, clock);
    const positions = async (call: CallOptions) => {
      const found = await index(call);
      return { found, start: lower(found.ticks, range.from), end: lower(found.ticks, range.to) };
    };
    return lazy({
      signal: options.signal,
      async count(call) {
        const { start, end } = await positions(call);
        return end - start;
      },
      async *read(start, end, call) {
        const { found, start: first } = await positions(call);
        yield* read(found, first + start, first + end, call);
      },
    });
  }

  async function* decoded(found: EntryIndex, start: number, end: number, call: CallOptions): AsyncGenerator<Entry, void, undefined> {
    for await (const { tick, bytes } of entryBytes(data, found, start, end, call))
      yield entryOf(tick, decodeEntry(name, tick, bytes), bytes);
  }

  async function entryAt(position: number, found: EntryIndex, call: CallOptions): Promise<Entry | undefined> {
    if (position < 0 || position >= found.ticks.length) return undefined;
    for await (const entry of decoded(found, position, position + 1, call)) return entry;
    return undefined;
  }

  const entries = (options: EntryOptions = {}) => view(options, decoded);
  const stream: StoredStream = {
    name,
    size,
    byteSize: data.shape?.[0] ?? 0,
    // Written by every recorder; where a file lacks them, reading them gives undefined.
    attributes: context.attributes as StreamAttributes<AnyApplication>,
    keys: (options = {}) =>
      view(options, async function* ({ ticks }, start, end) {
        yield* ticks.subarray(start, end);
      }),
    values: (options = {}) =>
      view(options, async function* (found, start, end, call) {
        for await (const [, value] of decoded(found, start, end, call)) yield value;
      }),
    entries,
    stored: (options) => view(options, (found, start, end, call) => entryBytes(data, found, start, end, call)),
    async get(tick, options = {}) {
      const found = await index(options);
      const position = lower(found.ticks, toTick(tick));
      const entry = found.ticks[position] === toTick(tick) ? await entryAt(position, found, options) : undefined;
      if (entry !== undefined) return entry.value;
      throw sondeError("not-found", `data stream '${name}' has no entry at tick ${tick}: nearest(${tick}n) finds the next one`, {
        id: String(tick),
      });
    },
    async has(tick, options = {}) {
      const { ticks } = await index(options);
      return ticks[lower(ticks, toTick(tick))] === toTick(tick);
    },
    async at(tick, options = {}) {
      const found = await index(options);
      return entryAt(lower(found.ticks, toTick(tick) + 1n) - 1, found, options);
    },
    async nearest(tick, options = {}) {
      const found = await index(options);
      const wanted = toTick(tick);
      const after = lower(found.ticks, wanted);
      const [before, next] = [found.ticks[after - 1], found.ticks[after]];
      const earlier = before !== undefined && (next === undefined || wanted - before <= next - wanted);
      // The first of several entries that share the earlier tick.
      return entryAt(earlier ? lower(found.ticks, before) : after, found, options);
    },
    [Symbol.asyncIterator]: () => entries()[Symbol.asyncIterator](),
  };
  return printable(stream, () => `Data stream ${name}: ${size} entries`);
}

/** Damaged bytes are named by their stream and tick. */
export function decodeEntry(name: string, tick: bigint, bytes: Uint8Array): Value {
  try {
    return decode(bytes);
  } catch (cause) {
    if (!isSondeError(cause)) throw cause;
    const offset = isSondeError(cause, "format") && cause.offset !== undefined ? { offset: cause.offset } : {};
    throw sondeError("format", `data stream '${name}': the entry at tick ${tick} can't be decoded: ${cause.message}`, {
      key: `data_stream/${name}`,
      ...offset,
      cause,
    });
  }
}
