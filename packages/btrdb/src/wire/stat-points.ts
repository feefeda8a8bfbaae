import { WireReader } from "./reader.js";
import { HeadReader, type ReplyHead } from "./status.js";
import { WireWriter } from "./writer.js";

/** Windows as columns of one length. `times` are their starts; `stddev` is that of the population. */
export type StatPoints = {
  readonly times: BigInt64Array;
  readonly min: Float64Array;
  readonly mean: Float64Array;
  readonly max: Float64Array;
  readonly count: BigUint64Array;
  readonly stddev: Float64Array;
};

/** A window all of whose six fields are present: tag, length, then a tag and 8 bytes six times. */
const stride = 56;
const body = 54;
const tags = [0x09, 0x11, 0x19, 0x21, 0x29, 0x31] as const;

/** A `WindowsResponse` or an `AlignedWindowsResponse`, which are the same on the wire. */
export function readStatValues(bytes: Uint8Array): ReplyHead & StatPoints {
  const reader = new WireReader(bytes);
  const head = new HeadReader();
  let columns = allocate(Math.ceil(bytes.byteLength / stride));
  let count = 0;
  while (reader.position < reader.length) {
    const tag = reader.tag();
    if (tag >>> 3 === 4) {
      if (count === columns.times.length) columns = grown(columns);
      if (isWhole(reader)) readWhole(reader, columns, count);
      else readFields(reader, columns, count);
      count++;
    } else if (!head.read(reader, tag)) reader.skip(tag, 1);
  }
  return { ...head.head, ...sliced(columns, count) };
}

export function writeStatValues(reply: Omit<ReplyHead, "status"> & StatPoints): Uint8Array {
  const { times, min, mean, max, count, stddev } = reply;
  const writer = new WireWriter(22 + times.length * stride);
  writer.uint64(2, reply.versionMajor);
  writer.uint64(3, reply.versionMinor);
  for (let row = 0; row < times.length; row++) {
    // All columns have a value at every row below the length of the first.
    const time = times[row] as bigint;
    const points = count[row] as bigint;
    const numbers = [min[row], mean[row], max[row], stddev[row]] as [number, number, number, number];
    let size = (time === 0n ? 0 : 9) + (points === 0n ? 0 : 9);
    for (const number of numbers) if (!Object.is(number, 0)) size += 9;
    writer.bytePair(0x22, size);
    if (time !== 0n) writer.taggedBigInt64(tags[0], time);
    for (let k = 0; k < 3; k++) if (!Object.is(numbers[k], 0)) writer.taggedDouble(tags[k + 1] as number, numbers[k] as number);
    if (points !== 0n) writer.taggedBigInt64(tags[4], BigInt.asIntN(64, points));
    if (!Object.is(numbers[3], 0)) writer.taggedDouble(tags[5], numbers[3]);
  }
  return writer.done();
}

/** After the tag: whether the window is in the usual form. */
function isWhole(reader: WireReader): boolean {
  const { bytes, position } = reader;
  if (position + 1 + body > reader.length || bytes[position] !== body) return false;
  for (let k = 0; k < 6; k++) if (bytes[position + 1 + 9 * k] !== tags[k]) return false;
  return true;
}

function readWhole(reader: WireReader, columns: StatPoints, row: number): void {
  const { view, position } = reader;
  columns.times[row] = view.getBigInt64(position + 2, true);
  columns.min[row] = view.getFloat64(position + 11, true);
  columns.mean[row] = view.getFloat64(position + 20, true);
  columns.max[row] = view.getFloat64(position + 29, true);
  columns.count[row] = view.getBigUint64(position + 38, true);
  columns.stddev[row] = view.getFloat64(position + 47, true);
  reader.position = position + 1 + body;
}

function readFields(reader: WireReader, columns: StatPoints, row: number): void {
  const end = reader.subMessage();
  while (reader.position < end) {
    const tag = reader.tag();
    const field = tag >>> 3;
    if (field === 1) columns.times[row] = reader.sfixed64();
    else if (field === 2) columns.min[row] = reader.double();
    else if (field === 3) columns.mean[row] = reader.double();
    else if (field === 4) columns.max[row] = reader.double();
    else if (field === 5) columns.count[row] = reader.fixed64();
    else if (field === 6) columns.stddev[row] = reader.double();
    else reader.skip(tag, 2);
  }
}

function allocate(rows: number): StatPoints {
  return {
    times: new BigInt64Array(rows),
    min: new Float64Array(rows),
    mean: new Float64Array(rows),
    max: new Float64Array(rows),
    count: new BigUint64Array(rows),
    stddev: new Float64Array(rows),
  };
}

function grown(columns: StatPoints): StatPoints {
  const larger = allocate(2 * columns.times.length + 16);
  larger.times.set(columns.times);
  larger.min.set(columns.min);
  larger.mean.set(columns.mean);
  larger.max.set(columns.max);
  larger.count.set(columns.count);
  larger.stddev.set(columns.stddev);
  return larger;
}

function sliced(columns: StatPoints, rows: number): StatPoints {
  return {
    times: columns.times.subarray(0, rows),
    min: columns.min.subarray(0, rows),
    mean: columns.mean.subarray(0, rows),
    max: columns.max.subarray(0, rows),
    count: columns.count.subarray(0, rows),
    stddev: columns.stddev.subarray(0, rows),
  };
}
