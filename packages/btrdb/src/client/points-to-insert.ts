import { toNanos } from "@sonde/core";
import type { RecordBatch, Table } from "@sonde/core/connector";
import { chunksOf, sondeError, timesOf } from "@sonde/core/connector";
import { maximumTime, minimumTime } from "../points/clock.js";
import type { RawPoints } from "../wire/raw-points.js";

/** What can be written: columns, a table or batch with `time` and `value`, or points one by one. Times are bigint nanoseconds. */
export type PointsInput =
  | RawPoints
  | Table
  | RecordBatch
  | Iterable<readonly [time: bigint, value: number] | { readonly time: bigint; readonly value: number }>;

/**
 * The points as columns, in the order given. Rejects `options` for what can't be stored: NaN and infinities, times out of BTrDB's clock,
 * times that are no bigint. So nothing is sent of input that is wrong somewhere.
 */
export function pointColumns(input: PointsInput): RawPoints {
  const points = gathered(input);
  if (points.times.length !== points.values.length) {
    throw refuse(`${points.times.length} times go with ${points.values.length} values: give as many of each`);
  }
  for (let row = 0; row < points.times.length; row++) {
    // In bounds by the loop.
    const [time, value] = [points.times[row] as bigint, points.values[row] as number];
    if (!Number.isFinite(value)) throw refuse(`the value at ${time} is ${value}, which BTrDB can't store: leave the point out`);
    if (time < minimumTime || time >= maximumTime)
      throw refuse(`the time ${time} is outside of BTrDB's clock, [${minimumTime}, ${maximumTime})`);
  }
  return points;
}

function gathered(input: PointsInput): RawPoints {
  if ("times" in input) return input;
  if ("schema" in input) {
    const batches = "batches" in input ? input.batches : [input];
    return joined(batches.map((batch) => ({ times: timesOf(batch), values: valuesOf(batch) })));
  }
  const times: bigint[] = [];
  const values: number[] = [];
  for (const point of input) {
    const [time, value] = "time" in point ? [point.time, point.value] : point;
    // A plain number would have lost digits already: toNanos says what to write.
    times.push(typeof time === "bigint" ? time : toNanos(time));
    values.push(value);
  }
  return { times: BigInt64Array.from(times), values: Float64Array.from(values) };
}

function valuesOf(batch: RecordBatch): Float64Array {
  const [data] = chunksOf(batch, "value");
  if (data === undefined || !(data.values instanceof Float64Array))
    throw refuse("the column 'value' must be of type Float64: convert it first");
  if (data.nullCount > 0) throw refuse(`the column 'value' holds ${data.nullCount} nulls, which BTrDB can't store: leave these rows out`);
  return data.values.subarray(0, data.length);
}

function joined(parts: readonly RawPoints[]): RawPoints {
  const rows = parts.reduce((sum, { times }) => sum + times.length, 0);
  const whole = { times: new BigInt64Array(rows), values: new Float64Array(rows) };
  let at = 0;
  for (const { times, values } of parts) {
    whole.times.set(times, at);
    whole.values.set(values, at);
    at += times.length;
  }
  return whole;
}

function refuse(message: string) {
  return sondeError("options", message, {});
}
