import { damaged, type Place, unsupported } from "../damage.js";
import { DeltaByteArrays } from "./bytes.js";
import { DeltaReader } from "./delta.js";
import { encodings } from "./encodings.js";
import { HybridReader } from "./hybrid.js";
import { BytesSink, type Decoder, type FixedSink } from "./sink.js";

/** The decoder for values of `width` bytes in `bytes` from `start` on; `integers` may be stored as differences. */
export function fixedDecoder(
  encoding: number,
  bytes: Uint8Array,
  start: number,
  options: { readonly width: number; readonly integers: boolean; readonly place: Place },
): Decoder<FixedSink> {
  const { width, integers, place } = options;
  switch (encoding) {
    case encodings.plain:
      return plain(bytes, start, width, place);
    case encodings.byteStreamSplit:
      return byteStreamSplit(bytes.subarray(start), width, place);
    case encodings.deltaBinaryPacked:
      if (integers) return differences(new DeltaReader(bytes, start, place), width);
      break;
    case encodings.deltaByteArray:
      if (!integers) return byteArrays(new DeltaByteArrays(bytes, start, place), width, place);
      break;
    default:
      break;
  }
  throw unsupported(place, `encoding ${encoding} of values of ${width} bytes`, "write the file again with plain encoding");
}

/** Booleans, as bytes of 0 and 1. */
export function booleanDecoder(encoding: number, bytes: Uint8Array, start: number, place: Place): Decoder<FixedSink> {
  if (encoding === encodings.plain) return bits(bytes, start, place);
  if (encoding === encodings.rle) {
    if (bytes.length - start < 4) throw damaged(place, "booleans without their length");
    const length = new DataView(bytes.buffer, bytes.byteOffset + start, 4).getUint32(0, true);
    if (length > bytes.length - start - 4) throw damaged(place, `${length} bytes of booleans in a page of ${bytes.length}`);
    const runs = new HybridReader(bytes, start + 4, start + 4 + length, 1, place);
    return {
      take(sink, count) {
        runs.take(sink.bytes, sink.count, count);
        sink.count += count;
      },
    };
  }
  throw unsupported(place, `encoding ${encoding} of booleans`, "write the file again with plain encoding");
}

function plain(bytes: Uint8Array, start: number, width: number, place: Place): Decoder<FixedSink> {
  let position = start;
  return {
    take(sink, count) {
      const size = count * width;
      if (size > bytes.length - position) throw tooFew(place, width, bytes.length - position, count);
      sink.bytes.set(bytes.subarray(position, position + size), sink.count * width);
      sink.count += count;
      position += size;
    },
  };
}

/** All first bytes, then all second ones (Encodings.md, "Byte Stream Split"). */
function byteStreamSplit(bytes: Uint8Array, width: number, place: Place): Decoder<FixedSink> {
  const total = Math.floor(bytes.length / width);
  let taken = 0;
  return {
    take(sink, count) {
      if (count > total - taken) throw tooFew(place, width, (total - taken) * width, count);
      const out = sink.bytes;
      for (let byte = 0; byte < width; byte++) {
        // In bounds: `width` streams of `total` bytes.
        for (let from = byte * total + taken, end = from + count, to = sink.count * width + byte; from < end; from++, to += width) {
          out[to] = bytes[from] as number;
        }
      }
      sink.count += count;
      taken += count;
    },
  };
}

function differences(reader: DeltaReader, width: number): Decoder<FixedSink> {
  return {
    take(sink, count) {
      const { buffer, byteOffset, length } = sink.bytes;
      reader.take(new Uint32Array(buffer, byteOffset, length >> 2), (sink.count * width) / 4, count, width === 8);
      sink.count += count;
    },
  };
}

function byteArrays(reader: DeltaByteArrays, width: number, place: Place): Decoder<FixedSink> {
  return {
    take(sink, count) {
      const values = new BytesSink(count, count * width, "values of one length");
      values.reserve(count);
      reader.take(values, count);
      for (let index = 0; index < count; index++) {
        // Offsets of all that were taken.
        const size = (values.offsets[index + 1] as number) - (values.offsets[index] as number);
        if (size !== width) throw damaged(place, `a value of ${size} bytes in a column of ${width}`);
      }
      sink.bytes.set(values.bytes.subarray(0, values.length), sink.count * width);
      sink.count += count;
    },
  };
}

function bits(bytes: Uint8Array, start: number, place: Place): Decoder<FixedSink> {
  let taken = 0;
  return {
    take(sink, count) {
      const left = (bytes.length - start) * 8 - taken;
      if (count > left) throw damaged(place, `${left} booleans left where ${count} are declared`);
      const out = sink.bytes;
      let at = sink.count;
      for (const end = taken + count; taken < end; taken++) {
        out[at++] = ((bytes[start + (taken >> 3)] as number) >> (taken & 7)) & 1;
      }
      sink.count = at;
    },
  };
}

function tooFew(place: Place, width: number, left: number, count: number) {
  return damaged(place, `${left} bytes left where ${count} values of ${width} bytes are declared`);
}
