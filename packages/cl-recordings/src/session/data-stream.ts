import { sondeError } from "@sonde/core/connector";
import { decode, encode } from "@sonde/msgpack-numpy";
import type { Feed } from "../live/feed.js";
import { watch } from "../live/watch.js";
import { type Entry, entryOf } from "../streams/entry.js";
import { type ApplicationAttributes, mergeAttributes } from "../write/attributes.js";
import type { SessionDataStream } from "./types.js";

/** An entry as it is stored. */
export type EncodedEntry = { readonly tick: bigint; readonly bytes: Uint8Array };

export type DataStreamHost = {
  readonly feed: Feed<EncodedEntry>;
  /** Throws where the session takes no more. */
  check(): void;
  record(entry: EncodedEntry): Promise<void> | undefined;
  recordAttributes(attributes: ApplicationAttributes): void;
};
export type HostedDataStream = SessionDataStream & { close(): void };

const [lowest, highest] = [-(2n ** 63n), 2n ** 63n - 1n];

/** `name` has been checked. Throws where the attributes can't be stored. */
export function sessionDataStream(name: string, initial: ApplicationAttributes, host: DataStreamHost): HostedDataStream {
  const label = `data stream '${name}'`;
  const attributes = watch(mergeAttributes(label, {}, initial));
  let lastTick: bigint | undefined;

  const stream: HostedDataStream = {
    name,
    get attributes() {
      return attributes.value;
    },
    get lastTick() {
      return lastTick;
    },
    append(tick, value) {
      host.check();
      checkTick(tick);
      if (lastTick !== undefined && tick <= lastTick) {
        const message = `${label} has an entry at tick ${lastTick}, so it takes none at ${tick}: ticks of a stream ascend, each comes once`;
        throw sondeError("options", message, { issues: [{ path: "tick", message: `must be greater than ${lastTick}` }] });
      }
      const entry = { tick, bytes: encode(value) };
      lastTick = tick;
      host.feed.publish(entry, { first: tick, last: tick }, entry.bytes.length + 16);
      return host.record(entry);
    },
    setAttribute: (key, value) => stream.updateAttributes({ [key]: value }),
    updateAttributes(update) {
      host.check();
      const merged = mergeAttributes(label, attributes.value, update);
      attributes.set(merged);
      host.recordAttributes(merged);
    },
    follow: (options = {}) => host.feed.follow(options, decoded),
    kept: () => host.feed.kept().map(decoded),
    followAttributes: (options) => attributes.follow(options),
    close() {
      host.feed.close();
      attributes.close();
    },
  };
  return stream;
}

const decoded = ({ tick, bytes }: EncodedEntry): Entry => entryOf(tick, decode(bytes), bytes);

function checkTick(tick: bigint): void {
  // JavaScript's callers are not held to the type.
  const value: unknown = tick;
  if (typeof value !== "bigint") throw sondeError("options", `${String(value)} is no tick: write it as a bigint, like 2664n`, {});
  if (value < lowest || value > highest) throw sondeError("options", `tick ${value} does not fit 64 bits: is it in nanoseconds?`, {});
}
