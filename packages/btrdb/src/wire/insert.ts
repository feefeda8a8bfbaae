import { RawPointReader, type RawPoints, writeRawPoints } from "./raw-points.js";
import { WireReader } from "./reader.js";
import { WireWriter } from "./writer.js";

/** An `InsertParams`, its points as columns. */
export type InsertMessage = RawPoints & {
  /** 16 bytes. */
  readonly uuid: Uint8Array;
  /** Answer only when the points are safe. */
  readonly sync?: boolean;
  /** As `MergePolicy` numbers them; 0 keeps duplicates. */
  readonly mergePolicy?: number;
  /** Bits of the mantissa to drop; absent for none. */
  readonly roundingBits?: number;
};

const valuesTag = 0x1a;

export function readInsert(bytes: Uint8Array): InsertMessage {
  const reader = new WireReader(bytes);
  const points = new RawPointReader(bytes.byteLength);
  let uuid: Uint8Array = new Uint8Array(0);
  let sync = false;
  let mergePolicy = 0;
  const rounding: { roundingBits?: number } = {};
  while (reader.position < reader.length) {
    const tag = reader.tag();
    const field = tag >>> 3;
    if (field === 3) points.read(reader, tag);
    else if (field === 1) uuid = reader.delimited();
    else if (field === 2) sync = reader.bool();
    else if (field === 4) mergePolicy = reader.int32();
    else if (field === 5) readRounding(reader, rounding);
    else reader.skip(tag, 1);
  }
  return { uuid, sync, mergePolicy, ...rounding, ...points.points };
}

/** Costs one pass and one buffer of about 20 bytes a point. */
export function writeInsert(message: InsertMessage): Uint8Array {
  const writer = new WireWriter(64 + message.uuid.byteLength + message.times.length * 20);
  if (message.uuid.byteLength > 0) writer.delimited(1, message.uuid);
  if (message.sync) writer.uint64(2, 1n);
  writeRawPoints(writer, valuesTag, message);
  writer.uint64(4, BigInt(message.mergePolicy ?? 0));
  if (message.roundingBits !== undefined) {
    // A member of a oneof is written even when it is zero.
    const bits = new WireWriter(11);
    if (message.roundingBits === 0) bits.bytePair(0x10, 0);
    else bits.uint64(2, BigInt(message.roundingBits));
    writer.delimited(5, bits.done());
  }
  return writer.done();
}

function readRounding(reader: WireReader, rounding: { roundingBits?: number }): void {
  const end = reader.subMessage();
  while (reader.position < end) {
    const tag = reader.tag();
    if (tag >>> 3 === 2) rounding.roundingBits = reader.int32();
    else reader.skip(tag, 2);
  }
}
