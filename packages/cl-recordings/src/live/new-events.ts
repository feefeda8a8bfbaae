import { ticksToTimes } from "@sonde/core";
import { batchOf, type ColumnInput, type Field, type RecordBatch, type Schema } from "@sonde/core/connector";
import type { FieldValues } from "@sonde/hdf5";
import { mapFields } from "../events/event-rows.js";
import { asTicks } from "../events/row-order.js";
import { tickOffset } from "../recording/extent.js";
import { readHeader } from "../recording/header.js";
import type { OpenRecording } from "../recording/recording.js";

const blockRows = 16_384;

/**
 * Rows of `/spikes` or `/stims` from row `start` on as the writer appended them, by the columns of `schema`; in order of time inside a
 * batch, rows before `fromTick` left out. `onRows` hears of each block's rows before its batch comes.
 */
export async function* newEvents(
  recording: OpenRecording,
  name: "spikes" | "stims",
  query: {
    readonly start: number;
    readonly schema: Schema;
    readonly fromTick: bigint;
    readonly signal: AbortSignal;
    onRows(rows: number): void;
  },
): AsyncGenerator<RecordBatch, void, undefined> {
  const { start, schema, fromTick, signal } = query;
  const { size } = recording[name];
  if (size <= start) return;
  const dataset = await recording.file.dataset(`/${name}`, { signal });
  const stored = schema.fields.map((field: Field) => field.name).filter((column) => column !== "time" && column !== "tick");
  const header = readHeader(recording.attributes, recording.name);
  for await (const { fields } of dataset.fieldBlocks({ names: ["timestamp", ...stored], rows: { start, end: size }, blockRows, signal })) {
    const found = asTicks(fields.timestamp ?? [], dataset.path);
    const { offset } = tickOffset(header, found[0], found[found.length - 1]);
    const ticks = offset === 0n ? found : found.map((tick) => tick + offset);
    query.onRows(ticks.length);
    const rows = orderFrom(ticks, fromTick);
    if (rows.length === 0) continue;
    const ordered = BigInt64Array.from(rows, (row) => ticks[row] ?? 0n);
    yield batchOf(
      schema,
      mapFields(
        schema.fields.map((field: Field) => field.name),
        (column): ColumnInput => {
          if (column === "time") return ticksToTimes(recording.clock, ordered);
          return column === "tick" ? ordered : pick(fields[column] ?? [], rows, ticks.length, schema, column);
        },
      ),
    );
  }
}

/** Rows at or after `fromTick` by their ticks; rows of one tick keep their order. */
function orderFrom(ticks: BigInt64Array, fromTick: bigint): Uint32Array {
  const kept: number[] = [];
  for (let row = 0; row < ticks.length; row++) if ((ticks[row] ?? fromTick) >= fromTick) kept.push(row);
  return Uint32Array.from(kept).sort((a, b) => {
    const [left, right] = [ticks[a] ?? 0n, ticks[b] ?? 0n];
    return left < right ? -1 : left > right ? 1 : 0;
  });
}

/** Channels wider than a byte are 32-bit integers in the schema. */
function pick(values: FieldValues, rows: Uint32Array, total: number, schema: Schema, column: string): ColumnInput {
  const width = values.length / total;
  if (width > 1 && ArrayBuffer.isView(values)) {
    // A typed array's constructor makes one of its own kind.
    const result = new (values.constructor as new (length: number) => Float32Array)(rows.length * width);
    for (const [to, row] of rows.entries()) result.set(values.subarray(row * width, (row + 1) * width) as Float32Array, to * width);
    return result;
  }
  const wide = schema.fields.find((field: Field) => field.name === column)?.type.bitWidth === 32;
  const numbers = Array.from(rows, (row) => Number(values[row] ?? 0));
  return wide ? Int32Array.from(numbers) : Uint8Array.from(numbers);
}
