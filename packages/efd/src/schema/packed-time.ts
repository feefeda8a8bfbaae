import { sondeError } from "@sonde/core";
import { nanosOfSeconds } from "./seconds.js";
import { type TimeScale, toUtc } from "./time-column.js";

/** Columns `<base>0` to `<base><n-1>` pack the samples of a fast signal in each row; a column of references tells when the first of them was taken. */
export type PackedRows = {
  /** Of each row, in seconds since 1970. */
  readonly references: Float64Array;
  /** The name of their column, for errors. */
  readonly reference: string;
  readonly scale: TimeScale;
  /** Samples in each row. */
  readonly packed: number;
  /** Every so many of the samples only. */
  readonly stride: number;
};

/** One for each used sample: all of the first row, then those of the second. */
export type PackedTimes = {
  /** Samples used of each row. */
  readonly used: number;
  /** By the reference's own clock. */
  readonly seconds: Float64Array;
  /** Nanoseconds, UTC. */
  readonly times: BigInt64Array;
};

/** The packed columns of a base among these names, by their number. */
export function packedFields(names: readonly string[], base: string): readonly string[] {
  const numberOf = (name: string) => Number(name.slice(base.length));
  return names.filter((name) => name.startsWith(base) && /^\d+$/.test(name.slice(base.length))).sort((a, b) => numberOf(a) - numberOf(b));
}

/**
 * Samples of a row follow each other by the distance of the first two references over their number, as in the observatory's Python client
 * (`merge_packed_time_series`): one row alone has no distance, and all its samples one time. Rejects `options` for a stride that does not divide
 * the samples of a row, `format` for a reference that is no time.
 */
export function packedTimes({ references, reference, scale, packed, stride }: PackedRows): PackedTimes {
  if (!Number.isSafeInteger(stride) || stride < 1 || packed % stride !== 0) {
    const message = `must divide the ${packed} samples of a row, ${stride} does not`;
    throw sondeError("options", `stride ${message}`, { issues: [{ path: "stride", message }] });
  }
  const [first = 0, second] = references;
  const step = second === undefined || packed === 0 ? 0 : (second - first) / packed;
  const used = packed / stride;
  const seconds = new Float64Array(references.length * used);
  for (const [row, start] of references.entries()) {
    for (let index = 0; index < used; index++) seconds[row * used + index] = start + index * stride * step;
  }
  const times = nanosOfSeconds(seconds, (row) => {
    throw sondeError("format", `'${reference}' places a sample at ${seconds[row]} s, which is no time: leave its row out`, {
      key: reference,
    });
  });
  if (scale === "tai") toUtc(times, () => true);
  return { used, seconds, times };
}
