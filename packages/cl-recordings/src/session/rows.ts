import { ticksToTimes } from "@sonde/core";
import {
  arrowType,
  batchOf,
  type Clock,
  type ColumnInput,
  type Field,
  fieldOf,
  type RecordBatch,
  type Schema,
  schemaOf,
  timeField,
} from "@sonde/core/connector";
import { mapFields } from "../events/event-rows.js";
import { deinterleave } from "../samples/deinterleave.js";
import { channelName } from "../samples/samples.js";
import type { Entry } from "../streams/entry.js";
import { type SpikeBlock, type StimBlock, WAVEFORM_FRAMES } from "../write/recording-file.js";
import type { FrameBlock } from "./types.js";

type Values = Int16Array | Uint8Array | Float32Array | readonly Uint8Array[];
/** Rows of whatever a session holds: their ticks, and of each column `values.length / ticks.length` values a row. */
export type Rows = { readonly ticks: BigInt64Array; readonly columns: { readonly [name: string]: Values } };

const tickField = fieldOf("tick", arrowType.int64(), { role: "tick", description: "Frames of the session's clock" });
const channelField = fieldOf("channel", arrowType.uint8(), { role: "category", description: "Electrode" });
const waveform = arrowType.fixedSizeList(arrowType.float32(), WAVEFORM_FRAMES);

export const stimSchema = schemaOf([timeField(), tickField, channelField]);
export const spikeSchema = schemaOf([timeField(), tickField, channelField, fieldOf("samples", waveform, { role: "array", unit: "µV" })]);
export const entrySchema = schemaOf([
  timeField(),
  tickField,
  fieldOf("value", arrowType.binary(), { role: "document", encoding: "msgpack", description: "An entry as stored" }),
]);
export function frameSchema(channelCount: number, microvoltsPerUnit: number): Schema {
  const info = { role: "quantity", unit: "µV", scale: microvoltsPerUnit } as const;
  return schemaOf([timeField(), tickField, ...channelNames(channelCount).map((name) => fieldOf(name, arrowType.int16(), info))]);
}

const channelNames = (count: number) => Array.from({ length: count }, (_, channel) => channelName(channel, count));

export const rowsOfStims = ({ ticks, channels }: StimBlock): Rows => ({ ticks, columns: { channel: channels } });
export const rowsOfSpikes = ({ ticks, channels, samples }: SpikeBlock): Rows => ({ ticks, columns: { channel: channels, samples } });
export const rowsOfEntry = ({ tick, bytes }: Entry): Rows => ({ ticks: BigInt64Array.of(tick), columns: { value: [bytes] } });
export function rowsOfFrames({ tick, frames }: FrameBlock, channelCount: number): Rows {
  const count = frames.length / channelCount;
  const names = channelNames(channelCount);
  const columns = mapFields(names, () => new Int16Array(count));
  const targets = names.map((name) => columns[name] ?? new Int16Array(count));
  deinterleave(frames, names.length, [...names.keys()], targets, 0);
  return { ticks: BigInt64Array.from({ length: count }, (_, frame) => tick + BigInt(frame)), columns };
}

/** A batch of `schema`, a projection; `rows` by its columns. */
export function batchOfRows({ ticks, columns }: Rows, schema: Schema, clock: Clock): RecordBatch {
  const names = schema.fields.map((field: Field) => field.name);
  return batchOf(
    schema,
    mapFields(names, (name): ColumnInput => {
      if (name === "time") return ticksToTimes(clock, ticks);
      return name === "tick" ? ticks : (columns[name] ?? []);
    }),
  );
}

/** Rows `from <= tick < to` of several blocks in order of their ticks; those of one tick in order of arrival. */
export function selectRows(blocks: readonly Rows[], from: bigint, to: bigint): Rows {
  const places: { readonly tick: bigint; readonly block: Rows; readonly row: number }[] = [];
  let sorted = true;
  for (const block of blocks) {
    for (const [row, tick] of block.ticks.entries()) {
      if (tick < from || tick >= to) continue;
      const last = places[places.length - 1];
      if (last !== undefined && last.tick > tick) sorted = false;
      places.push({ tick, block, row });
    }
  }
  if (!sorted) places.sort((a, b) => (a.tick < b.tick ? -1 : a.tick > b.tick ? 1 : 0));
  const first = blocks[0];
  const columns = mapFields(Object.keys(first?.columns ?? {}), (name): Values => {
    const sample = first?.columns[name];
    if (sample === undefined || first === undefined) return [];
    if (!ArrayBuffer.isView(sample)) return places.map(({ block, row }) => cellsOf(block, name, row, 1)[0] as Uint8Array); // one a row
    const width = sample.length / first.ticks.length;
    // A typed array's constructor makes one of its own kind, and all blocks of a column are of one kind.
    const values = new (sample.constructor as new (length: number) => Float32Array)(places.length * width);
    for (const [to, { block, row }] of places.entries()) values.set(cellsOf(block, name, row, width) as Float32Array, to * width);
    return values;
  });
  return { ticks: BigInt64Array.from(places, ({ tick }) => tick), columns };
}

function cellsOf({ columns }: Rows, name: string, row: number, width: number): Values {
  const values = columns[name] ?? [];
  return ArrayBuffer.isView(values) ? values.subarray(row * width, (row + 1) * width) : values.slice(row, row + 1);
}

/** Rows `from <= row < to`, for batches of bounded size. */
export function sliceRows({ ticks, columns }: Rows, from: number, to: number): Rows {
  return {
    ticks: ticks.subarray(from, to),
    columns: mapFields(Object.keys(columns), (name): Values => {
      const values = columns[name] ?? [];
      const width = values.length / ticks.length;
      return ArrayBuffer.isView(values) ? values.subarray(from * width, to * width) : values.slice(from, to);
    }),
  };
}
