import { ticksToTimes } from "@sonde/core";
import {
  arrowType,
  batchOf,
  type Field,
  fieldOf,
  projectSchema,
  type RecordBatch,
  type Schema,
  schemaOf,
  sondeError,
  type Table,
  tableOf,
  timeField,
} from "@sonde/core/connector";
import type { CallOptions, Dataset, NumericArray } from "@sonde/hdf5";
import { mapFields } from "../events/event-rows.js";
import { printable } from "../print/printable.js";
import type { RecordingClock } from "../recording/clock.js";
import { maxChannels } from "../recording/header.js";
import { type TickRangeOptions, toTickRange } from "../recording/ticks.js";
import { deinterleave, toMicrovolts } from "./deinterleave.js";

/** "raw": as the converter gave them. */
export type SampleUnit = "µV" | "raw";
export type SampleOptions<Unit extends SampleUnit = SampleUnit> = TickRangeOptions &
  CallOptions & {
    /** All by default; in this order. */
    readonly channels?: readonly number[] | undefined;
    /** "µV" by default. */
    readonly unit?: Unit | undefined;
  };
export type SampleBlockOptions<Unit extends SampleUnit = SampleUnit> = SampleOptions<Unit> & {
  /** Lend the blocks: the values of one are good until the next is asked for. A pass that keeps nothing then takes no new memory. */
  readonly reuse?: boolean | undefined;
};
/** Frames `from <= tick < to`: of channel `channels[k]` the values `values[k]`. */
export type SampleBlock<Unit extends SampleUnit = SampleUnit> = {
  readonly from: bigint;
  readonly to: bigint;
  readonly channels: readonly number[];
  readonly unit: Unit;
  readonly values: readonly (Unit extends "µV" ? Float32Array : NumericArray)[];
};

/** Raw voltages of all electrodes, a frame a tick. */
export interface Samples {
  /** Of a recording without samples: no frames. */
  readonly shape: readonly [frames: number, channels: number];
  readonly recorded: boolean;
  /** µV of one unit of a raw sample. */
  readonly microvoltsPerUnit: number;
  /** `time`, `tick` and a raw column for each channel, its scale to µV in the field's metadata. */
  readonly schema: Schema;
  /** Frames of a half-open range, which is cut to the frames that there are. Rejects `limit` for more than 256 MiB: use `blocks`. */
  read<Unit extends SampleUnit = "µV">(options?: SampleOptions<Unit>): Promise<SampleBlock<Unit>>;
  /** As `read`, in blocks of at most 64 Ki frames or 8 MB. */
  blocks<Unit extends SampleUnit = "µV">(options?: SampleBlockOptions<Unit>): AsyncIterable<SampleBlock<Unit>>;
  /** Raw samples as batches of at most 64 Ki rows or 8 MB, by the columns of `schema`. */
  batches(options?: TickRangeOptions & CallOptions & { readonly columns?: readonly string[] | undefined }): AsyncIterable<RecordBatch>;
  /** As `read`, as a table: a column for each channel, in µV or raw. */
  table(options?: SampleOptions): Promise<Table>;
}

const blockFrames = 65_536;
const blockBytes = 8_000_000;
const readBytes = 268_435_456;

/** `channels` is what the recording says where there are no samples. */
export function samplesOf(
  dataset: Dataset | undefined,
  context: { readonly clock: RecordingClock; readonly microvoltsPerUnit: number; readonly channels: number; readonly failure?: unknown },
): Samples {
  const { clock, microvoltsPerUnit } = context;
  const shape = [dataset?.shape?.[0] ?? 0, dataset?.shape?.[1] ?? context.channels] as const;
  const schema = sampleSchema(allChannels(), "raw");

  function allChannels(): number[] {
    return Array.from({ length: shape[1] }, (_, channel) => channel);
  }

  function sampleSchema(channels: readonly number[], unit: SampleUnit): Schema {
    const type = unit === "µV" ? arrowType.float32() : rawType(dataset);
    const info = unit === "µV" ? { unit: "µV" } : { unit: "µV", scale: microvoltsPerUnit };
    return schemaOf([
      timeField(),
      fieldOf("tick", arrowType.int64(), { role: "tick", description: "Frames since the recording's start" }),
      ...channels.map((channel) =>
        fieldOf(channelName(channel, shape[1]), type, { role: "quantity", label: `Channel ${channel}`, ...info }),
      ),
    ]);
  }

  function checkChannels(channels: readonly number[]): readonly number[] {
    for (const channel of channels) {
      if (Number.isInteger(channel) && channel >= 0 && channel < shape[1]) continue;
      throw sondeError("not-found", `no channel ${channel}: the recording has channels 0 to ${shape[1] - 1}`, { id: String(channel) });
    }
    return channels;
  }

  /** Frames as they lie; `into` puts each channel into an array of its own. */
  async function* raw(options: TickRangeOptions & CallOptions, channels: readonly number[], rowBytes: number) {
    const range = toTickRange(options, clock);
    const rows = { start: clip(range.from, shape[0]), end: clip(range.to, shape[0]) };
    options.signal?.throwIfAborted();
    if (context.failure !== undefined) throw context.failure;
    if (dataset === undefined || rows.end <= rows.start || channels.length === 0) return;
    const first = Math.min(...channels);
    const columns = [{ start: first, end: Math.max(...channels) + 1 }];
    // What lies between the channels is read as well.
    const readRow = (Math.max(...channels) + 1 - first) * dataset.type.bytes;
    const blockRows = Math.max(1, Math.min(blockFrames, Math.floor(blockBytes / Math.max(rowBytes, readRow))));
    const inBlock = channels.map((channel) => channel - first);
    for await (const block of dataset.blocks({ rows, columns, blockRows, reuse: true, signal: options.signal })) {
      const width = block.values.length / (block.rows.end - block.rows.start);
      yield {
        rows: block.rows,
        into: (targets: readonly NumericArray[], at: number) => deinterleave(block.values, width, inBlock, targets, at),
      };
      options.signal?.throwIfAborted();
    }
  }

  async function* apart(options: SampleBlockOptions, channels: readonly number[], rowBytes: number) {
    let values: readonly NumericArray[] = [];
    for await (const { rows, into } of raw(options, channels, rowBytes)) {
      const frames = rows.end - rows.start;
      if (!options.reuse || values[0]?.length !== frames) values = channels.map(() => emptyValues(dataset, frames));
      into(values, 0);
      yield { rows, values };
    }
  }

  async function* blocks<Unit extends SampleUnit = "µV">(
    options: SampleBlockOptions<Unit> = {},
  ): AsyncGenerator<SampleBlock<Unit>, void, undefined> {
    const channels = checkChannels(options.channels ?? allChannels());
    const unit = unitOf(options.unit);
    for await (const { rows, values } of apart(options, channels, 4 * channels.length)) {
      yield blockOf(rows, channels, unit, values);
    }
  }

  function blockOf<Unit extends SampleUnit>(
    rows: { readonly start: number; readonly end: number },
    channels: readonly number[],
    unit: Unit,
    values: readonly NumericArray[],
  ): SampleBlock<Unit> {
    const scaled = unit === "µV" ? values.map((raw) => toMicrovolts(raw, microvoltsPerUnit)) : values;
    // Float32Array exactly where the unit is µV, by the line above.
    return { from: BigInt(rows.start), to: BigInt(rows.end), channels, unit, values: scaled as SampleBlock<Unit>["values"] };
  }

  async function* batches(
    options: TickRangeOptions & CallOptions & { readonly columns?: readonly string[] | undefined } = {},
  ): AsyncGenerator<RecordBatch, void, undefined> {
    const projected = projectSchema(schema, options.columns);
    const names = projected.fields.map((field: Field) => field.name);
    const channels = allChannels().filter((channel) => names.includes(channelName(channel, shape[1])));
    // Without a channel there is nothing to read: ticks are counted.
    if (channels.length === 0) yield* countedFrames(options, projected);
    else {
      for await (const { rows, values } of apart(options, channels, 16 + 2 * channels.length)) {
        const ticks = tickColumn(rows);
        const columns = new Map(channels.map((channel, index) => [channelName(channel, shape[1]), values[index]]));
        yield batchOf(
          projected,
          mapFields(names, (name) => (name === "time" ? ticksToTimes(clock, ticks) : (columns.get(name) ?? ticks))),
        );
      }
    }
  }

  async function* countedFrames(options: TickRangeOptions & CallOptions, projected: Schema): AsyncGenerator<RecordBatch, void, undefined> {
    const range = toTickRange(options, clock);
    const end = clip(range.to, shape[0]);
    for (let start = clip(range.from, shape[0]); start < end; start += blockFrames) {
      options.signal?.throwIfAborted();
      const ticks = tickColumn({ start, end: Math.min(end, start + blockFrames) });
      yield batchOf(projected, { time: ticksToTimes(clock, ticks), tick: ticks });
    }
  }

  const samples: Samples = {
    shape,
    recorded: dataset !== undefined || context.failure !== undefined,
    microvoltsPerUnit,
    schema,
    async read<Unit extends SampleUnit = "µV">(options: SampleOptions<Unit> = {}) {
      const channels = checkChannels(options.channels ?? allChannels());
      const unit = unitOf(options.unit);
      const range = toTickRange(options, clock);
      const [start, end] = [clip(range.from, shape[0]), clip(range.to, shape[0])];
      const frames = Math.max(0, end - start);
      const asked = frames * channels.length * 4;
      if (asked > readBytes) {
        throw sondeError(
          "limit",
          `samples: ${asked} bytes in one read, ${readBytes} are allowed: narrow the range or the channels, or use blocks()`,
          {
            what: "bytes of samples",
            asked,
            allowed: readBytes,
          },
        );
      }
      const whole = channels.map(() => emptyValues(dataset, frames));
      for await (const { rows, into } of raw(options, channels, 2 * channels.length)) into(whole, rows.start - start);
      return blockOf({ start, end: start + frames }, channels, unit, whole);
    },
    blocks,
    batches,
    async table(options = {}) {
      const { channels, ...rest } = options;
      // A table has a column but once.
      const block = await samples.read(channels === undefined ? rest : { ...rest, channels: [...new Set(channels)] });
      const target = sampleSchema(block.channels, block.unit);
      const ticks = tickColumn({ start: Number(block.from), end: Number(block.to) });
      const columns = new Map(block.channels.map((channel, index) => [channelName(channel, shape[1]), block.values[index]]));
      const names = target.fields.map((field: Field) => field.name);
      return tableOf(target, [
        batchOf(
          target,
          mapFields(names, (name) => (name === "time" ? ticksToTimes(clock, ticks) : (columns.get(name) ?? ticks))),
        ),
      ]);
    },
  };
  return printable(samples, () => (samples.recorded ? `${shape[0]} frames of ${shape[1]} channels` : "no samples recorded"));
}

/** "channel_08": all names of a recording have one length, so that they sort by number. */
export function channelName(channel: number, channels: number): string {
  return `channel_${String(channel).padStart(Math.max(2, String(channels - 1).length), "0")}`;
}

function unitOf<Unit extends SampleUnit>(unit: Unit | undefined): Unit {
  if (unit === undefined || unit === "µV" || unit === "raw") return unit ?? ("µV" as Unit); // the default of every signature
  const message = `samples come in "µV" or "raw", not ${JSON.stringify(unit)}`;
  throw sondeError("options", message, { issues: [{ path: "unit", message }] });
}

function clip(tick: bigint, frames: number): number {
  if (tick <= 0n) return 0;
  return tick >= BigInt(frames) ? frames : Number(tick);
}

function tickColumn(rows: { readonly start: number; readonly end: number }): BigInt64Array {
  const ticks = new BigInt64Array(rows.end - rows.start);
  for (let row = 0; row < ticks.length; row++) ticks[row] = BigInt(rows.start + row);
  return ticks;
}

/** Rejects `format` where frames are no numbers of channels. */
export function checkSamples(dataset: Dataset): void {
  const { type, shape, path } = dataset;
  const number = type.kind === "integer" || (type.kind === "float" && type.bytes >= 4);
  const channels = shape?.length === 2 ? shape[1] : undefined;
  if (channels !== undefined && channels > maxChannels) {
    throw sondeError("limit", `${path} declares ${channels} channels, ${maxChannels} are allowed`, {
      what: "channels",
      asked: channels,
      allowed: maxChannels,
    });
  }
  if (number && channels !== undefined) return;
  throw sondeError("format", `${path} holds no samples: frames of channels are expected, there is a ${type.kind} of shape ${shape}`, {
    key: path,
  });
}

function rawType(dataset: Dataset | undefined) {
  const type = dataset?.type;
  if (type?.kind === "float") return type.bytes === 4 ? arrowType.float32() : arrowType.float64();
  if (type?.kind !== "integer") return arrowType.int16();
  return arrowType[`${type.signed ? "" : "u"}int${(type.bytes * 8) as 8 | 16 | 32 | 64}`](); // HDF5's integers of other widths are not decoded
}

function emptyValues(dataset: Dataset | undefined, length: number): NumericArray {
  const type = dataset?.type;
  if (type?.kind === "float") return type.bytes === 4 ? new Float32Array(length) : new Float64Array(length);
  if (type?.kind !== "integer") return new Int16Array(length);
  const makers = type.signed ? signedArrays : unsignedArrays;
  return new (makers.get(type.bytes) ?? Int16Array)(length);
}

type Maker = new (length: number) => NumericArray;
const signedArrays = new Map<number, Maker>([
  [1, Int8Array],
  [2, Int16Array],
  [4, Int32Array],
  [8, BigInt64Array],
]);
const unsignedArrays = new Map<number, Maker>([
  [1, Uint8Array],
  [2, Uint16Array],
  [4, Uint32Array],
  [8, BigUint64Array],
]);
