import { sondeError } from "@sonde/core/bytes";
import type { TimeRange } from "@sonde/core/connector";

/** The first and last instant of InfluxDB 1; what a range asks for outside is empty. */
export const minimumTime = -9_223_372_036_854_775_806n;
export const maximumTime = 9_223_372_036_854_775_806n;

/** A name in double quotes (InfluxQL reference, "Identifiers"): whatever it holds, it is one name. */
export function identifier(name: string): string {
  return `"${escapeText(name, '"')}"`;
}

/** Text in single quotes (InfluxQL reference, "Strings"). */
export function stringLiteral(text: string): string {
  return `'${escapeText(text, "'")}'`;
}

function escapeText(text: string, quote: string): string {
  if (text.includes("\0")) throw sondeError("options", "a name or text for InfluxQL holds a NUL character, which no query can carry", {});
  return text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`).replaceAll("\n", "\\n");
}

export type Place = { readonly database: string; readonly retentionPolicy: string };

/** A measurement in full: a topic of the EFD, dots and all. */
export function measurement({ database, retentionPolicy }: Place, topic: string): string {
  return `${identifier(database)}.${identifier(retentionPolicy)}.${identifier(topic)}`;
}

/** The conditions of a range, half open; undefined where no instant of InfluxDB lies in it. */
export function timeConditions(range: TimeRange | undefined): readonly string[] | undefined {
  if (range === undefined) return [];
  const start = range.start < minimumTime ? minimumTime : range.start;
  if (start >= range.end || start > maximumTime || range.end <= minimumTime) return undefined;
  return [`time >= ${start}`, ...(range.end > maximumTime ? [] : [`time < ${range.end}`])];
}

export function where(conditions: readonly string[]): string {
  return conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
}
