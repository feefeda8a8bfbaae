import type { ByteSource, Limiter } from "@sonde/core/bytes";
import { type FileMetaData, parquetMetadata } from "hyparquet";
import { endOfBytes, ThriftReader } from "../bytes/thrift.js";
import { damaged, guarded, unsupported } from "../damage.js";

const MAGIC = 0x31524150;
const MAGIC_ENCRYPTED = 0x45524150;
/** Read at first: holds the footer of a file of some hundred columns. */
const TAIL = 64 * 1024;

export type Footer = {
  readonly metadata: FileMetaData;
  /** Where the data ends and the footer begins. */
  readonly start: number;
  /** The file's bytes from `tailStart` on, as far as they had to be read. */
  readonly tail: Uint8Array;
  readonly tailStart: number;
};

/**
 * Reads the footer by one request, or two where it is long. Its Thrift structure is walked before the library builds objects out of it,
 * so that nothing is allocated for counts that are not there.
 */
export async function readFooter(
  source: ByteSource,
  size: number,
  limiter: Limiter,
  options: { readonly signal: AbortSignal; readonly wholeFileBytes: number },
): Promise<Footer> {
  const key = source.name;
  // Magic, an empty footer's length, magic again.
  if (size < 12) throw damaged({ key, offset: 0 }, `${size} bytes are no Parquet file`);
  let tailStart = size <= options.wholeFileBytes ? 0 : size - Math.min(size, TAIL);
  let tail = await source.read({ start: tailStart, end: size }, { signal: options.signal });
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const magic = view.getUint32(tail.length - 4, true);
  if (magic === MAGIC_ENCRYPTED) throw unsupported({ key }, "an encrypted footer", "decrypt the file first");
  if (magic !== MAGIC) throw damaged({ key, offset: size - 4 }, "no magic PAR1 where a Parquet file ends");
  const length = view.getUint32(tail.length - 8, true);
  const start = size - 8 - length;
  if (start < 4) throw damaged({ key, offset: size - 8 }, `a footer of ${length} bytes in a file of ${size}`);
  limiter.bytes(length, `the footer of ${key}`);
  if (start < tailStart) {
    const before = await source.read({ start, end: tailStart }, { signal: options.signal });
    const whole = new Uint8Array(before.length + tail.length);
    whole.set(before);
    whole.set(tail, before.length);
    tail = whole;
    tailStart = start;
  }
  const bytes = tail.subarray(start - tailStart);
  walk(bytes.subarray(0, length), { key, offset: start }, limiter);
  const metadata = guarded({ key, offset: start }, "the footer", () => parquetMetadata(bytes, { parsers, geoparquet: false }));
  return { metadata, start, tail, tailStart };
}

function walk(bytes: Uint8Array, place: { readonly key: string; readonly offset: number }, limiter: Limiter): void {
  const reader = new ThriftReader(bytes, place);
  try {
    reader.skipStruct();
  } catch (error) {
    throw error === endOfBytes ? reader.fail("a footer that ends before its metadata does") : error;
  }
  // Each becomes an object of some hundred bytes.
  if (reader.elements > limiter.limits.maxObjects) {
    limiter.elements(reader.elements, `the footer of ${place.key}`);
    for (let index = 0; index < reader.elements; index++) limiter.object(`the footer of ${place.key}`);
  }
}

/** Statistics stay as they are stored; the library's own would make dates of milliseconds. */
const parsers = {
  timestampFromMilliseconds: (value: bigint) => value,
  timestampFromMicroseconds: (value: bigint) => value,
  timestampFromNanoseconds: (value: bigint) => value,
  dateFromDays: (value: number) => value,
  stringFromBytes: (value: Uint8Array) => value,
  uuidFromBytes: (value: Uint8Array) => value,
} as const;
