import { WireReader } from "./reader.js";
import { HeadReader, type ReplyHead } from "./status.js";
import { WireWriter } from "./writer.js";

/** Points as columns of one length: nanoseconds since the epoch, and values. */
export type RawPoints = { readonly times: BigInt64Array; readonly values: Float64Array };

/** A point whose time and value are both present: tag, length, then tag and 8 bytes twice. */
const stride = 20;
const body = 18;
const timeTag = 0x09;
const valueTag = 0x11;

/** A `RawValuesResponse`. Costs one pass; memory is 16 bytes a point. */
export function readRawValues(bytes: Uint8Array): ReplyHead & RawPoints {
  const reader = new WireReader(bytes);
  const head = new HeadReader();
  const points = new RawPointReader(bytes.byteLength);
  while (reader.position < reader.length) {
    const tag = reader.tag();
    if (tag >>> 3 === 4) points.read(reader, tag);
    else if (!head.read(reader, tag)) reader.skip(tag, 1);
  }
  return { ...head.head, ...points.points };
}

export function writeRawValues(reply: Omit<ReplyHead, "status"> & RawPoints): Uint8Array {
  const writer = new WireWriter(22 + reply.times.length * stride);
  writer.uint64(2, reply.versionMajor);
  writer.uint64(3, reply.versionMinor);
  writeRawPoints(writer, 0x22, reply);
  return writer.done();
}

/** Gathers the points of a repeated field `RawPoint`. */
export class RawPointReader {
  #times: BigInt64Array;
  #values: Float64Array;
  #count = 0;

  /** `size` is that of the message: room for as many whole points as it can hold. Shorter ones make it grow. */
  constructor(size: number) {
    const room = Math.ceil(size / stride);
    this.#times = new BigInt64Array(room);
    this.#values = new Float64Array(room);
  }

  get points(): RawPoints {
    return { times: this.#times.subarray(0, this.#count), values: this.#values.subarray(0, this.#count) };
  }

  /** The point after `tag`, and all that follow it at once in the usual form. */
  read(reader: WireReader, tag: number): void {
    this.#one(reader);
    this.#run(reader, tag);
  }

  #one(reader: WireReader): void {
    const end = reader.subMessage();
    let time = 0n;
    let value = 0;
    while (reader.position < end) {
      const tag = reader.tag();
      const field = tag >>> 3;
      if (field === 1) time = reader.sfixed64();
      else if (field === 2) value = reader.double();
      else reader.skip(tag, 2);
    }
    if (this.#count === this.#times.length) this.#grow();
    this.#times[this.#count] = time;
    this.#values[this.#count] = value;
    this.#count++;
  }

  #run(reader: WireReader, tag: number): void {
    const { bytes, view } = reader;
    const last = reader.length - stride;
    let position = reader.position;
    let count = this.#count;
    let times = halvesOf(this.#times);
    let values = halvesOf(this.#values);
    while (
      position <= last &&
      bytes[position] === tag &&
      bytes[position + 1] === body &&
      bytes[position + 2] === timeTag &&
      bytes[position + 11] === valueTag
    ) {
      if (2 * count === times.length) {
        this.#count = count;
        this.#grow();
        times = halvesOf(this.#times);
        values = halvesOf(this.#values);
      }
      const at = 2 * count;
      times[at] = view.getInt32(position + 3, true);
      times[at + 1] = view.getInt32(position + 7, true);
      values[at] = view.getInt32(position + 12, true);
      values[at + 1] = view.getInt32(position + 16, true);
      count++;
      position += stride;
    }
    this.#count = count;
    reader.position = position;
  }

  #grow(): void {
    const room = 2 * this.#times.length + 16;
    const times = new BigInt64Array(room);
    const values = new Float64Array(room);
    times.set(this.#times);
    values.set(this.#values);
    this.#times = times;
    this.#values = values;
  }
}

/**
 * `tag` is that of the repeated field. Zeros are left out, as proto3 does; −0 is not zero. Times and values are moved by their halves, which
 * makes no bigint; like Arrow's buffers that relies on a little-endian machine.
 */
export function writeRawPoints(writer: WireWriter, tag: number, points: RawPoints): void {
  const times = halvesOf(points.times);
  const values = halvesOf(points.values);
  for (let row = 0; row < times.length; row += 2) {
    // Both columns have a value at every row below the length of the first.
    const timeLow = times[row] as number;
    const timeHigh = times[row + 1] as number;
    const valueLow = values[row] as number;
    const valueHigh = values[row + 1] as number;
    const hasTime = (timeLow | timeHigh) !== 0;
    const hasValue = (valueLow | valueHigh) !== 0;
    if (hasTime && hasValue) {
      writer.fixedPair(tag, timeTag, timeLow, timeHigh, valueTag, valueLow, valueHigh);
      continue;
    }
    writer.bytePair(tag, (hasTime ? 9 : 0) + (hasValue ? 9 : 0));
    if (hasTime) writer.taggedBigInt64(timeTag, points.times[row >> 1] as bigint);
    if (hasValue) writer.taggedDouble(valueTag, points.values[row >> 1] as number);
  }
}

function halvesOf({ buffer, byteOffset, length }: BigInt64Array | Float64Array): Int32Array {
  return new Int32Array(buffer, byteOffset, 2 * length);
}
