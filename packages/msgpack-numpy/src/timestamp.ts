import { malformed } from "./errors.js";

const second = 1_000_000_000n;

/** An instant of MessagePack's timestamp extension, to the nanosecond. */
export class MsgpackTimestamp {
  /** Since the Unix epoch, UTC; negative before 1970. */
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }

  /** Seconds rounded down, and the 0 to 999,999,999 nanoseconds after them. */
  parts(): { readonly seconds: bigint; readonly nanoseconds: number } {
    const rest = this.nanos % second;
    const nanoseconds = rest < 0n ? rest + second : rest;
    return { seconds: (this.nanos - nanoseconds) / second, nanoseconds: Number(nanoseconds) };
  }

  /** ISO 8601 with nine digits; outside of the years 0 to 9999, the nanoseconds. */
  toString(): string {
    const { seconds, nanoseconds } = this.parts();
    if (seconds < -62_167_219_200n || seconds > 253_402_300_799n) return `${this.nanos} ns`;
    const text = new Date(Number(seconds) * 1000).toISOString();
    return `${text.slice(0, 19)}.${String(nanoseconds).padStart(9, "0")}Z`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** Timestamps of 4, 8 or 12 bytes: MessagePack specification, "Timestamp extension type". `offset` is for errors. */
export function readTimestamp(data: Uint8Array, offset: number): MsgpackTimestamp {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  switch (data.length) {
    case 4:
      return new MsgpackTimestamp(BigInt(view.getUint32(0)) * second);
    case 8: {
      const both = view.getBigUint64(0);
      return instant(both & 0x3_ffff_ffffn, both >> 34n, offset);
    }
    case 12:
      return instant(view.getBigInt64(4), BigInt(view.getUint32(0)), offset);
    default:
      throw malformed(`a timestamp of ${data.length} bytes: 4, 8 or 12 exist`, offset);
  }
}

function instant(seconds: bigint, nanoseconds: bigint, offset: number): MsgpackTimestamp {
  if (nanoseconds >= second) throw malformed(`a timestamp with ${nanoseconds} nanoseconds in its second`, offset);
  return new MsgpackTimestamp(seconds * second + nanoseconds);
}

/** The shortest of the three forms; undefined where the seconds take more than 64 bits. */
export function timestampBytes(timestamp: MsgpackTimestamp): Uint8Array | undefined {
  const { seconds, nanoseconds } = timestamp.parts();
  if (BigInt.asIntN(64, seconds) !== seconds) return undefined;
  if (seconds >= 0n && seconds >> 34n === 0n) {
    const both = (BigInt(nanoseconds) << 34n) | seconds;
    const bytes = new Uint8Array(both >> 32n === 0n ? 4 : 8);
    const view = new DataView(bytes.buffer);
    if (bytes.length === 4) view.setUint32(0, Number(both));
    else view.setBigUint64(0, both);
    return bytes;
  }
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, nanoseconds);
  view.setBigInt64(4, seconds);
  return bytes;
}
