import { arrowType, batchOf, type ColumnInput, type FieldInfo, fieldOf, type RecordBatch, schemaOf } from "@sonde/core/connector";
import type { Analysis } from "./to-json.js";

type Column = readonly [name: string, values: ColumnInput, info?: FieldInfo];

/**
 * A result as rows, to be plotted or written: one a channel (firing statistics, Lempel-Ziv), a burst, a bin (entropy), a pair of frequencies,
 * an edge, or a bin of a channel or pair (histograms). Ticks are the recording's; seconds and Hz have their units in the fields; what is not
 * defined is null.
 *
 * @example
 * ```ts
 * const perChannel = toBatch(firingStats(train));
 * ```
 */
export function toBatch(result: Analysis): RecordBatch {
  const columns = columnsOf(result);
  const schema = schemaOf(columns.map(([name, values, info]) => fieldOf(name, typeOf(values), info, "valid" in values)));
  return batchOf(schema, Object.fromEntries(columns));
}

function columnsOf(result: Analysis): readonly Column[] {
  const rate = result.framesPerSecond;
  switch (result.analysis) {
    case "firing-stats": {
      const { binCount, channelCount, channelIntervals } = result;
      const firing = (channel: number) => (channelIntervals[channel]?.length ?? 0) > 0;
      const spikes = Uint32Array.from({ length: channelCount }, (_, channel) =>
        result.counts.subarray(channel * binCount, (channel + 1) * binCount).reduce((sum, count) => sum + count, 0),
      );
      const perSecond = Number(result.bin) / 1e9;
      const interval = (values: Float64Array): ColumnInput => ({ values, valid: firing });
      return [
        channelColumn("channel", Uint8Array.from(spikes.keys())),
        ["spikes", spikes],
        ["mean_rate", defined(result.channelMeanCount.map((count) => count / perSecond)), { unit: "Hz" }],
        ["mean_count", defined(result.channelMeanCount), { description: "Spikes a bin" }],
        ["variance_count", defined(result.channelVarianceCount)],
        ["interval_mean", interval(result.channelIntervalMean.map((frames) => frames / rate)), { unit: "s" }],
        ["interval_variance", interval(result.channelIntervalVariance.map((squared) => squared / rate / rate)), { unit: "s²" }],
      ];
    }
    case "network-bursts":
      return [
        tickColumn("start_tick", result.startFrames, result.origin),
        tickColumn("end_tick", result.endFrames, result.origin),
        ["duration", result.endFrames.map((end, burst) => (end - (result.startFrames[burst] ?? end)) / rate), { unit: "s" }],
        ["spikes", result.spikes],
      ];
    case "information-entropy": {
      const starts = Float64Array.from(result.entropy, (_, bin) => bin * result.binFrames);
      return [tickColumn("tick", starts, result.origin), ["active_channels", result.activeChannels], ["entropy", result.entropy]];
    }
    case "lempel-ziv":
      return [channelColumn("channel", Uint8Array.from(result.complexity.keys())), ["complexity", result.complexity]];
    case "dct-features":
      return [
        ["row_frequency", Uint8Array.from(result.features, (_, at) => Math.floor(at / result.k)), { role: "category" }],
        ["column_frequency", Uint8Array.from(result.features, (_, at) => at % result.k), { role: "category" }],
        ["value", result.features],
      ];
    case "spike-triggered-histogram": {
      const pairOf = (cell: number) => Math.floor(cell / result.binCount);
      return [
        channelColumn(
          "base",
          Uint8Array.from(result.counts, (_, cell) => result.bases[pairOf(cell)] ?? 0),
        ),
        channelColumn(
          "target",
          Uint8Array.from(result.counts, (_, cell) => result.targets[pairOf(cell)] ?? 0),
        ),
        ["offset", Float64Array.from(result.counts, (_, cell) => result.edges[cell % result.binCount] ?? 0), { unit: "s" }],
        ["count", result.counts],
      ];
    }
    case "functional-connectivity": {
      const { channelCount, correlation } = result;
      const edges = [...correlation.keys()].filter((at) => Math.floor(at / channelCount) < at % channelCount && correlation[at] !== 0);
      return [
        channelColumn(
          "first",
          Uint8Array.from(edges, (at) => Math.floor(at / channelCount)),
        ),
        channelColumn(
          "second",
          Uint8Array.from(edges, (at) => at % channelCount),
        ),
        ["correlation", Float64Array.from(edges, (at) => correlation[at] ?? 0)],
      ];
    }
    case "psth": {
      const { binCount, binsBefore, binFrames } = result;
      return [
        channelColumn(
          "channel",
          Uint8Array.from(result.counts, (_, cell) => Math.floor(cell / binCount)),
        ),
        ["offset", Float64Array.from(result.counts, (_, cell) => (((cell % binCount) - binsBefore) * binFrames) / rate), { unit: "s" }],
        ["count", result.counts],
        ["rate", defined(result.rates), { unit: "Hz" }],
      ];
    }
  }
}

const channelColumn = (name: string, values: Uint8Array): Column => [name, values, { role: "category", description: "Electrode" }];

function tickColumn(name: string, frames: Float64Array, origin: bigint): Column {
  return [name, BigInt64Array.from(frames as Iterable<number>, (frame) => BigInt(frame) + origin), { role: "tick" }];
}

const defined = (values: Float64Array): ColumnInput => ({ values, valid: (row) => !Number.isNaN(values[row]) });

function typeOf(column: ColumnInput) {
  const values = "values" in column && ArrayBuffer.isView(column.values) ? column.values : column;
  if (values instanceof Uint8Array) return arrowType.uint8();
  if (values instanceof Uint32Array) return arrowType.uint32();
  if (values instanceof BigInt64Array) return arrowType.int64();
  return arrowType.float64();
}
