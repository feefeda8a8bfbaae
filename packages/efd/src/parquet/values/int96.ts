import { damaged, type Place } from "../damage.js";

/** The Julian day on which the epoch begins. */
const EPOCH_DAY = 2_440_588n;
const DAY_NANOS = 86_400_000_000_000n;

/**
 * Times as Impala and Spark store them: eight bytes of nanoseconds within the day, four bytes of the Julian day, little endian. The day
 * may be any of 32 bits, and the nanoseconds may be more than a day or less than none: both are added. Rejects `format` past 64 bits of the unit.
 */
export function int96Times(
  raw: Uint8Array<ArrayBuffer>,
  length: number,
  unit: "nanosecond" | "microsecond",
  place: Place,
): BigInt64Array<ArrayBuffer> {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const times = new BigInt64Array(length);
  for (let row = 0; row < length; row++) {
    const within = view.getBigInt64(row * 12, true);
    const day = view.getInt32(row * 12 + 8, true);
    // Where there is none all is zero, which is day 0 of the Julian calendar.
    if (day === 0 && within === 0n) continue;
    const nanos = (BigInt(day) - EPOCH_DAY) * DAY_NANOS + within;
    const time = unit === "nanosecond" ? nanos : floorDivide(nanos, 1000n);
    if (BigInt.asIntN(64, time) !== time) {
      throw damaged(place, `a time of ${nanos} ns, more than 64 bits hold (open the file with int96: "microsecond")`);
    }
    times[row] = time;
  }
  return times;
}

function floorDivide(value: bigint, by: bigint): bigint {
  return (value - (((value % by) + by) % by)) / by;
}
