import { formatNanos, type Nanos } from "@sonde/core";

/** As Python's `isoformat` prints a time: microseconds and the zone's offset. */
export function isoTime(time: Nanos, zone: string): string {
  return formatNanos(time, { digits: 6, zone });
}

/** `2024-12-19_15-20-34.893+10-00_recording.h5`: what recorders of the Cortical Labs SDK call their files, in local time. */
export function defaultFileName(time: Nanos, zone: string, suffix: string): string {
  const text = formatNanos(time, { digits: 3, zone });
  return `${text.replace("T", "_").replaceAll(":", "-")}_${suffix}.h5`;
}

/** The machine's own, by its IANA name. */
export function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";
}
