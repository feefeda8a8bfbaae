import type { Timestamp } from "@bufbuild/protobuf/wkt";
import type { Nanos } from "@sonde/core";
import { sondeError } from "@sonde/core/bytes";

/** Undefined where the message has none. Throws `format` for what is no time. */
export function nanosOf(timestamp: Timestamp | undefined, what: string): Nanos | undefined {
  if (timestamp === undefined) return undefined;
  const { seconds, nanos } = timestamp;
  if (nanos < 0 || nanos > 999_999_999) {
    throw sondeError("format", `${what} has ${nanos} nanoseconds in its second: the package is damaged`, { key: what });
  }
  const time = seconds * 1_000_000_000n + BigInt(nanos);
  if (BigInt.asIntN(64, time) !== time) {
    throw sondeError("format", `${what} is outside of the years 1678 to 2262: the package is damaged`, { key: what });
  }
  return time;
}

export function timestampOf(time: Nanos): { readonly seconds: bigint; readonly nanos: number } {
  const nanos = ((time % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  return { seconds: (time - nanos) / 1_000_000_000n, nanos: Number(nanos) };
}
