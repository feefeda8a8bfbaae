import { sondeError } from "@sonde/core/connector";
import { bell, follower } from "./follower.js";

export type FollowOptions = {
  /** From this tick on, as far back as the history reaches; without it, what comes from now on. */
  readonly from?: bigint | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How many items the reader may be behind before it ends in `overrun`. */
  readonly capacity?: number | undefined;
};

export type FeedOptions = {
  /** For messages: "data stream 'ball'". */
  readonly name: string;
  /** Items not older than this stay for late readers. */
  readonly historyTicks: bigint;
  /** Bytes that the history, and what slow readers wait for, may hold together. */
  readonly historyBytes: number;
  readonly capacity: number;
};

/** Ticks of an item: the same twice, but for a block of rows. */
type Ticks = { readonly first: bigint; readonly last: bigint };
type Kept<T> = { readonly item: T; readonly ticks: Ticks; readonly bytes: number };
type Reader = { next: number; readonly capacity: number };

/**
 * What was published lately, in order of arrival, and those who follow it. All readers share one list, so that a slow one costs
 * no memory of its own: it ends in `overrun` once the list has let go of what it has not read, or it is `capacity` items behind.
 */
export class Feed<T> {
  readonly #options: FeedOptions;
  readonly #bell = bell();
  readonly #readers = new Set<Reader>();
  #kept: Kept<T>[] = [];
  /** Items at the start of `#kept` that were let go and are cut off together. */
  #gone = 0;
  /** Number of the first item that is kept, counted from the first one ever. */
  #first = 0;
  #bytes = 0;
  #newest: bigint | undefined;
  /** The greatest tick that was let go. */
  #missed: bigint | undefined;
  #closed = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  publish(item: T, ticks: Ticks, bytes: number): void {
    if (this.#closed) return;
    this.#kept.push({ item, ticks, bytes });
    this.#bytes += bytes;
    if (this.#newest === undefined || ticks.last > this.#newest) this.#newest = ticks.last;
    this.#trim(this.#newest);
    this.#bell.ring();
  }

  /** What is kept now, in order of arrival. */
  kept(): T[] {
    return this.#kept.slice(this.#gone).map(({ item }) => item);
  }

  /** Readers end once they have read what there is. */
  close(): void {
    this.#closed = true;
    this.#bell.ring();
  }

  /**
   * `read` makes of an item what the reader gets; undefined passes over it. The reader joins at once. It rejects `overrun`, with the
   * tick from which on there is data, where `from` is older than the history or the reader is too slow.
   */
  follow<U>(options: FollowOptions, read: (item: T) => U | undefined): AsyncIterableIterator<U> {
    const { from, signal } = options;
    const next = from === undefined ? this.#end : this.#first;
    // Who begins in the past is behind by that much already.
    const reader: Reader = { next, capacity: checkedCapacity(options.capacity ?? this.#options.capacity) + this.#end - next };
    const late = from !== undefined && this.#missed !== undefined && from <= this.#missed;
    this.#readers.add(reader);
    const pull = () => {
      if (late) throw this.#overrun(this.#first, `asked for tick ${from}, which is no longer kept`);
      for (;;) {
        const behind = this.#end - reader.next;
        if (reader.next < this.#first || behind > reader.capacity) {
          throw this.#overrun(reader.next, `was ${behind} items behind, more than it may (${reader.capacity})`);
        }
        const kept = this.#kept[this.#gone + reader.next - this.#first];
        if (kept === undefined) return this.#closed ? ("end" as const) : undefined;
        reader.next++;
        if (from !== undefined && kept.ticks.last < from) continue;
        const value = read(kept.item);
        if (value !== undefined) return { value };
      }
    };
    return follower<U>(pull, this.#bell, { signal, release: () => this.#readers.delete(reader) });
  }

  get #end(): number {
    return this.#first + this.#kept.length - this.#gone;
  }

  #trim(newest: bigint): void {
    const { historyTicks, historyBytes } = this.#options;
    while (this.#kept.length - this.#gone > 1) {
      const oldest = this.#kept[this.#gone];
      if (oldest === undefined) break;
      const { ticks, bytes } = oldest;
      const old = newest - ticks.last > historyTicks;
      if (this.#bytes <= historyBytes && (!old || this.#isWaitedFor(this.#first))) break;
      if (this.#missed === undefined || ticks.last > this.#missed) this.#missed = ticks.last;
      this.#bytes -= bytes;
      this.#gone++;
      this.#first++;
    }
    // Cutting each item off by itself would move the rest every time.
    if (this.#gone < 64 || this.#gone * 2 < this.#kept.length) return;
    this.#kept.splice(0, this.#gone);
    this.#gone = 0;
  }

  #isWaitedFor(number: number): boolean {
    for (const { next, capacity } of this.#readers) if (next <= number && this.#end - next <= capacity) return true;
    return false;
  }

  /** `next`: the item that the reader wanted; it resumes there, or where what is kept begins. */
  #overrun(next: number, what: string) {
    const at = this.#kept[this.#gone + Math.max(0, next - this.#first)]?.ticks.first;
    const begin = this.#missed === undefined ? undefined : this.#missed + 1n;
    const resumeFrom = at === undefined || (begin !== undefined && begin > at) ? (begin ?? 0n) : at;
    return sondeError("overrun", `a reader of ${this.#options.name} ${what}: follow again from tick ${resumeFrom}, where the data begins`, {
      resumeFrom,
    });
  }
}

function checkedCapacity(capacity: number): number {
  if (Number.isSafeInteger(capacity) && capacity > 0) return capacity;
  throw sondeError("options", `capacity is a whole number of items from 1 on, not ${capacity}`, {
    issues: [{ path: "capacity", message: "must be a whole number from 1 on" }],
  });
}
