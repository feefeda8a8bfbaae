import { sondeError, taiToUtc } from "@sonde/core";
import type { Data, Schema } from "@sonde/core/connector";
import { isNumber } from "./types.js";

/** The clock that a column of times runs by. */
export type TimeScale = "utc" | "tai";

/** The column that a topic's rows are placed by. */
export type TimeColumn = { readonly name: string; readonly scale: TimeScale };

/** The clocks of EFD's own stamps; `timestamp` is TAI too, but not in camera topics, which have no private stamps. */
const scales: ReadonlyMap<string, TimeScale> = new Map([
  ["private_efdStamp", "utc"],
  ["private_sndStamp", "tai"],
  ["private_rcvStamp", "tai"],
  ["private_kafkaStamp", "tai"],
]);

/** Asked for in this order where nobody names one. */
const usual = ["time", "private_efdStamp", "timestamp"];

const isTimestamp = (type: unknown) => String(type).startsWith("Timestamp");

/** Which column tells the time of a file's rows, and by which clock. Rejects `unsupported` where none does, `not-found` for one that is not there. */
export function timeColumnOf(
  schema: Schema,
  asked: { readonly name?: string | undefined; readonly scale?: TimeScale | undefined },
  topic: string,
): TimeColumn {
  const able = schema.fields.filter(({ type }) => isTimestamp(type) || isNumber(type));
  const names = able.map(({ name }) => name);
  const name = asked.name ?? usual.find((one) => names.includes(one)) ?? able.find(({ type }) => isTimestamp(type))?.name;
  if (name === undefined) {
    throw sondeError("unsupported", `topic '${topic}' has no column of times that is known: name one by timeColumn, of ${listed(names)}`, {
      what: "timeColumn",
    });
  }
  if (!names.includes(name)) {
    throw sondeError("not-found", `topic '${topic}' has no column of times '${name}': there are ${listed(names)}`, { id: name });
  }
  return { name, scale: asked.scale ?? scaleOf(schema, name) };
}

/** The clock of a stamp, by its name; UTC for names that say nothing. */
export function scaleOf(schema: Schema, name: string): TimeScale {
  if (name === "timestamp") return schema.fields.some((field) => field.name.startsWith("private_")) ? "tai" : "utc";
  return scales.get(name) ?? "utc";
}

/** Whether a column holds seconds of a clock, beside the one that places the rows. */
export function isStamp(schema: Schema, name: string): boolean {
  return scales.has(name) || (name === "timestamp" && schema.fields.some((field) => field.name === name && isNumber(field.type)));
}

const listed = (names: readonly string[]) => (names.length === 0 ? "none" : names.slice(0, 20).join(", "));

/** From TAI to UTC in place. Leap seconds are rare: one offset serves where both ends have it. */
export function toUtc(times: BigInt64Array, isValid: (row: number) => boolean): void {
  let offset: bigint | undefined;
  let [from, to] = [0n, -1n];
  for (let row = 0; row < times.length; row++) {
    if (!isValid(row)) continue;
    // In bounds by the loop.
    const tai = times[row] as bigint;
    if (offset === undefined || tai < from || tai > to) {
      offset = tai - taiToUtc(tai);
      // A second of one minute on either side: no leap second lies within it if its ends agree.
      [from, to] = [tai, tai];
      const later = tai + 86_400_000_000_000n;
      if (later - taiToUtc(later) === offset) to = later;
    }
    times[row] = tai - offset;
  }
}

/** Nanoseconds in one unit of a column of Arrow timestamps. */
export function unitOf(data: Data): bigint {
  const text = String(data.type);
  if (text.includes("NANOSECOND")) return 1n;
  if (text.includes("MICROSECOND")) return 1000n;
  return text.includes("MILLISECOND") ? 1_000_000n : 1_000_000_000n;
}
