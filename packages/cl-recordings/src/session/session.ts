import { nowNanos, toSpan } from "@sonde/core";
import { sondeError } from "@sonde/core/connector";
import { Feed } from "../live/feed.js";
import { WAVEFORM_FRAMES } from "../write/recording-file.js";
import { checkedStreamName } from "../write/stream-name.js";
import { eventChannel, sampleChannel } from "./channels.js";
import { type HostedDataStream, sessionDataStream } from "./data-stream.js";
import { feedOptions } from "./history.js";
import type { Recorder } from "./recorder.js";
import { type RecordingPlace, startRecording } from "./start-recording.js";
import { ticksToSpan, wallClock } from "./ticks.js";
import { localZone } from "./time-text.js";
import type { FrameBlock, Session, SessionOptions } from "./types.js";

export type SessionInput<Opened> = SessionOptions & {
  /** What `open()` of a finished recording gives. */
  readonly open?: ((path: string) => Promise<Opened>) | undefined;
};

/** Frames that may be missing between blocks of samples, and become zeros: more is taken for a mistake. */
const longestGapSeconds = 60n;

/**
 * A session as an application on a Cortical Labs device has it: data streams, samples, spikes and stims go into all recordings that are
 * under way, and to those who follow. Where files are kept is the caller's word: this one runs in browsers too.
 *
 * @example
 * ```ts
 * await using session = createSession({ directory: "recordings" });
 * const ball = session.createDataStream("ball", { attributes: { score: 0 } });
 * const recording = session.record({ stopAfter: "1s" });
 * ball.append(session.timestamp(), { x: 320, y: 240 });
 * ball.setAttribute("score", 1);
 * await recording.finished;
 * ```
 */
export function createSession<Opened>(options: SessionInput<Opened>, place?: RecordingPlace): Session<Opened> {
  const { framesPerSecond = 25_000, channelCount = 64, microvoltsPerUnit = 0.195 } = options;
  for (const [name, value] of Object.entries({ framesPerSecond, channelCount })) {
    if (!Number.isSafeInteger(value) || value < 1) throw sondeError("options", `${name} is a whole number from 1 on, not ${value}`, {});
  }
  const settings = {
    framesPerSecond,
    channelCount,
    microvoltsPerUnit,
    clock: options.clock ?? wallClock(framesPerSecond),
    now: options.now ?? nowNanos,
    zone: options.zone ?? localZone(),
    flushMilliseconds: milliseconds(options.flushInterval ?? "200ms"),
    lingerMilliseconds: milliseconds(options.linger ?? "100ms"),
    directory: options.directory ?? ".",
    hostname: options.hostname,
    projectId: options.projectId,
    cellBatchId: options.cellBatchId,
    open: options.open ?? refuseOpen,
  };
  const location: RecordingPlace = {
    pathOf: place?.pathOf ?? ((directory, name) => (directory === "." ? name : `${directory}/${name}`)),
    sink: options.sink ?? place?.sink ?? refuseSink,
  };
  const clock = {
    origin: settings.now() - ticksToSpan(settings.clock(), framesPerSecond),
    ticks: BigInt(framesPerSecond),
    per: 1_000_000_000n,
  };
  const feeds = feedOptions(options.history ?? "5s", framesPerSecond);
  const streams = new Map<string, HostedDataStream>();
  const active = new Set<Recorder<Opened>>();
  /** Stopped or not, until their files are complete. */
  const unfinished = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let samplesEnd: bigint | undefined;
  let closing: Promise<void> | undefined;

  const samples = sampleChannel(feeds("samples", 4), channelCount);
  const spikes = eventChannel(feeds("spikes", 64), { kind: "spikes", width: WAVEFORM_FRAMES });
  const stims = eventChannel(feeds("stims", 64), { kind: "stims", width: 0 });

  function check(): void {
    if (closing !== undefined) throw sondeError("closed", "the session is closed: create another one", {});
    if (failures.length > 0) throw failures.shift();
  }

  function toAll(write: (recorder: Recorder<Opened>) => Promise<void> | undefined): Promise<void> | undefined {
    const waits: Promise<void>[] = [];
    for (const recorder of active) {
      const wait = write(recorder);
      if (wait !== undefined) waits.push(wait);
    }
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => {});
  }

  function checkSamples({ tick, frames }: FrameBlock): void {
    if (frames.length % channelCount !== 0) {
      throw sondeError("options", `${frames.length} samples are no whole frames of ${channelCount} channels`, {});
    }
    if (samplesEnd !== undefined && tick < samplesEnd) {
      throw sondeError(
        "options",
        `samples at tick ${tick} come after those up to ${samplesEnd}: frames follow one another, each comes once`,
        {},
      );
    }
    const allowed = longestGapSeconds * BigInt(framesPerSecond);
    const gaps = [
      samplesEnd === undefined ? 0n : tick - samplesEnd,
      ...Array.from(active, (recorder) => recorder.missingBefore({ tick, frames })),
    ];
    const asked = gaps.reduce((most, gap) => (gap > most ? gap : most));
    if (asked > allowed) {
      const message = `${asked} frames are missing before tick ${tick}, and at most ${allowed} are made up of zeros: start a recording when its samples begin`;
      throw sondeError("limit", message, { what: "missing frames", asked, allowed });
    }
  }

  const session: Session<Opened> = {
    framesPerSecond,
    channelCount,
    microvoltsPerUnit,
    clock,
    dataStreams: streams,
    get recordings() {
      return [...active];
    },
    samples,
    spikes,
    stims,
    timestamp: () => settings.clock(),
    createDataStream(name, { attributes = {} } = {}) {
      check();
      if (streams.has(checkedStreamName(name))) {
        throw sondeError("options", `the session has a data stream '${name}' already: append to it, or give another name`, {});
      }
      const stream = sessionDataStream(name, attributes, {
        feed: new Feed(feeds(`data stream '${name}'`, 8)),
        check,
        record: ({ tick, bytes }) => toAll((recorder) => recorder.appendEntry(name, tick, bytes)),
        recordAttributes: (values) => {
          for (const recorder of active) recorder.setStreamAttributes(name, values);
        },
      });
      streams.set(name, stream);
      for (const recorder of active) recorder.addStream(name, stream.attributes);
      return stream;
    },
    record(recordOptions = {}) {
      check();
      const recorder: Recorder<Opened> = startRecording(recordOptions, settings, location, () => active.delete(recorder));
      active.add(recorder);
      const { finished } = recorder;
      unfinished.add(finished);
      finished.catch((error: unknown) => failures.push(error)).finally(() => unfinished.delete(finished));
      for (const { name, attributes } of streams.values()) recorder.addStream(name, attributes);
      return recorder;
    },
    appendSamples(block) {
      check();
      checkSamples(block);
      if (block.frames.length === 0) return undefined;
      samplesEnd = block.tick + BigInt(block.frames.length / channelCount);
      samples.publish(block);
      return toAll((recorder) => recorder.appendSamples(block));
    },
    appendSpikes(block) {
      check();
      spikes.checkBlock(block);
      if (block.ticks.length === 0) return undefined;
      spikes.publish(block);
      return toAll((recorder) => recorder.appendSpikes(block));
    },
    appendStims(block) {
      check();
      stims.checkBlock(block);
      if (block.ticks.length === 0) return undefined;
      stims.publish(block);
      return toAll((recorder) => recorder.appendStims(block));
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
    [Symbol.asyncDispose]: () => session.close(),
  };

  async function closeAll(): Promise<void> {
    for (const recorder of active) void recorder.stop().catch(() => {});
    await Promise.allSettled(unfinished);
    for (const channel of [samples, spikes, stims, ...streams.values()]) channel.close();
    if (failures.length > 0) throw failures[0];
  }

  return session;
}

function milliseconds(span: bigint | string): number {
  return Math.min(Number(toSpan(span) / 1_000_000n), 2 ** 31 - 1);
}

function refuseSink(): never {
  throw sondeError(
    "options",
    "a session needs a sink to record to: give `sink`, or in Node import createSession from @sonde/cl-recordings/node",
    {
      issues: [{ path: "sink", message: "is missing" }],
    },
  );
}

function refuseOpen(path: string): never {
  throw sondeError("unsupported", `${path} can't be read back by this session: give it \`open\``, { what: "open" });
}
