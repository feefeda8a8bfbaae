import { sondeError } from "@sonde/core";
import { type AttributeValue, asDictionary, asInteger, asText } from "../attributes/decode.js";
import type { Attributes } from "../attributes/view.js";

/** What a recording says of itself, whichever version of the format wrote it. */
export type RecordingHeader = {
  /** "SDK" (the simulator), "MOCK" (its first versions), a number (the instrument); "" where the file does not say. */
  readonly formatVersion: string;
  /** Whether the file says that spikes' and stims' ticks count from its start; undefined where it says nothing. */
  readonly relativeTicks: boolean | undefined;
  readonly framesPerSecond: bigint;
  readonly channelCount: number | undefined;
  /** Raw samples times this are µV. */
  readonly microvoltsPerUnit: number;
  /** The instrument's own counter at the recording's start. */
  readonly startTimestamp: bigint;
  /** 0 while recording. */
  readonly durationFrames: bigint;
  /** ISO 8601, as written; "" or undefined while recording. */
  readonly createdUtc: string | undefined;
  readonly endedUtc: string | undefined;
  readonly warnings: readonly string[];
};

/** Each becomes a column; instruments have 64. */
export const maxChannels = 16_384;

/** The scale of every instrument and simulator so far. */
const usualMicrovolts = 0.195;

/** Throws `format` where `attributes` are not those of a recording. */
export function readHeader(attributes: Attributes, name: string): RecordingHeader {
  const warnings: string[] = [];
  const format = asDictionary(attributes.file_format);
  if (format === undefined) warnings.push("file_format is missing or no dictionary: ticks are taken as the data shows");
  const relative = format?.stim_and_spike_timestamps_relative_to_start;
  return {
    formatVersion: format?.version === undefined || format.version === null ? "" : String(format.version),
    relativeTicks: typeof relative === "boolean" ? relative : undefined,
    framesPerSecond: frameRate(attributes, name),
    channelCount: positive(attributes.channel_count),
    microvoltsPerUnit: scale(attributes.uV_per_sample_unit, warnings),
    startTimestamp: asInteger(attributes.start_timestamp) ?? 0n,
    durationFrames: asInteger(attributes.duration_frames) ?? 0n,
    createdUtc: asText(attributes.created_utc) || asText(attributes.created_localtime),
    endedUtc: asText(attributes.ended_utc) || asText(attributes.ended_localtime),
    warnings,
  };
}

function frameRate(attributes: Attributes, name: string): bigint {
  const rate = asInteger(attributes.frames_per_second ?? attributes.sampling_frequency);
  if (rate === undefined) {
    throw sondeError("format", `${name} is not a Cortical Labs recording: its root has no attribute frames_per_second`, {
      key: "frames_per_second",
    });
  }
  if (rate <= 0n || rate > 1_000_000_000n) {
    throw sondeError("format", `${name}: frames_per_second is ${rate}, which no instrument records at`, { key: "frames_per_second" });
  }
  return rate;
}

function positive(value: AttributeValue | undefined): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value <= maxChannels ? value : undefined;
}

function scale(value: AttributeValue | undefined, warnings: string[]): number {
  if (typeof value === "number" && Number.isFinite(value) && value !== 0) return value;
  warnings.push(`uV_per_sample_unit is missing: ${usualMicrovolts} µV a unit is assumed`);
  return usualMicrovolts;
}
