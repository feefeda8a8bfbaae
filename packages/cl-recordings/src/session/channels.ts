import { sondeError } from "@sonde/core/connector";
import { Feed, type FeedOptions } from "../live/feed.js";
import type { SpikeBlock, StimBlock } from "../write/recording-file.js";
import { lowerBound } from "./ticks.js";
import type { Followed, FrameBlock } from "./types.js";

/** A followed kind of data, from its side of the session. */
type Channel<Block> = Followed<Block> & { publish(block: Block): void; close(): void };

/** Blocks are copied: the caller's arrays may be used again. */
export function sampleChannel(options: FeedOptions, channelCount: number): Channel<FrameBlock> {
  const feed = new Feed<FrameBlock>(options);
  return {
    publish({ tick, frames }) {
      const last = tick + BigInt(frames.length / channelCount) - 1n;
      feed.publish({ tick, frames: frames.slice() }, { first: tick, last }, frames.byteLength);
    },
    follow: (options = {}) =>
      feed.follow(options, ({ tick, frames }) => {
        const { from } = options;
        const skipped = from === undefined || from <= tick ? 0 : Number(from - tick);
        return { tick: tick + BigInt(skipped), frames: frames.slice(skipped * channelCount) };
      }),
    kept: () => feed.kept(),
    close: () => feed.close(),
  };
}

/** Of spikes the width is their waveforms'. */
type Events = { readonly kind: "spikes"; readonly width: number } | { readonly kind: "stims"; readonly width: 0 };
type EventBlock = StimBlock & Partial<SpikeBlock>;
type EventChannel<Block> = Channel<Block> & { checkBlock(block: Block): void };

export function eventChannel(options: FeedOptions, events: Extract<Events, { kind: "spikes" }>): EventChannel<SpikeBlock>;
export function eventChannel(options: FeedOptions, events: Extract<Events, { kind: "stims" }>): EventChannel<StimBlock>;
export function eventChannel(options: FeedOptions, { kind, width }: Events): EventChannel<EventBlock> {
  const feed = new Feed<EventBlock>(options);
  const rowsFrom = ({ ticks, channels, samples }: EventBlock, row: number): EventBlock => ({
    ticks: ticks.slice(row),
    channels: channels.slice(row),
    ...(samples === undefined ? {} : { samples: samples.slice(row * width) }),
  });
  return {
    checkBlock: (block) => checkEvents(block, kind, width),
    publish(block) {
      const { ticks } = block;
      const bytes = ticks.length * (9 + 4 * width);
      feed.publish(rowsFrom(block, 0), { first: ticks[0] ?? 0n, last: ticks[ticks.length - 1] ?? 0n }, bytes);
    },
    follow: (options = {}) =>
      feed.follow(options, (block) => rowsFrom(block, options.from === undefined ? 0 : lowerBound(block.ticks, options.from))),
    kept: () => feed.kept(),
    close: () => feed.close(),
  };
}

function checkEvents({ ticks, channels, samples }: EventBlock, kind: string, width: number): void {
  const values = ticks.length * width;
  if (channels.length !== ticks.length || (samples?.length ?? 0) !== values) {
    const wanted = `as many channels${width === 0 ? "" : ` and ${values} waveform values`}`;
    throw sondeError(
      "options",
      `${ticks.length} ${kind} need ${wanted}, not ${channels.length}${width === 0 ? "" : ` and ${samples?.length}`}`,
      {},
    );
  }
  for (let row = 1; row < ticks.length; row++) {
    const [before, tick] = [ticks[row - 1] ?? 0n, ticks[row] ?? 0n];
    if (tick < before) {
      throw sondeError(
        "options",
        `row ${row} of a block of ${kind} is at tick ${tick}, before the one at ${before}: sort the block by its ticks`,
        {},
      );
    }
  }
}
