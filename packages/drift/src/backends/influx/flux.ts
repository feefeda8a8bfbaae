import { flux, fluxExpression } from "@influxdata/influxdb-client";
import { formatNanos, maxNanos, type TimeRange } from "@sonde/core";

/** What a Flux script is made of: text whose parts that came as data are literals. */
export type Flux = { toString(): string };

/** The last instant that InfluxDB takes as an exclusive bound. */
const END_OF_TIME = maxNanos - 1n;
/**
 * Everything: Flux would otherwise begin thirty days ago and end now, so that a topic that is silent for longer, and one of a device
 * whose clock is ahead, vanish.
 */
export const ALL: TimeRange = { start: 0n, end: END_OF_TIME };

/** The part of a range that a query can ask for; undefined where it is empty, which Flux takes for an error. */
export function askable({ start, end }: TimeRange): TimeRange | undefined {
  const from = start < ALL.start ? ALL.start : start;
  const to = end > ALL.end ? ALL.end : end;
  return from < to ? { start: from, end: to } : undefined;
}

/** A time of Flux with all its nanoseconds. */
const instant = (nanos: bigint): Flux => fluxExpression(formatNanos(nanos));

const within = (bucket: string, { start, end }: TimeRange): Flux =>
  flux`from(bucket: ${bucket}) |> range(start: ${instant(start)}, stop: ${instant(end)})`;

/** Only that topic, and only those fields where there are some. */
function selected(topic: string, fields: readonly string[] | undefined): Flux {
  const wanted = flux`|> filter(fn: (r) => r._measurement == ${topic})`;
  if (fields === undefined) return wanted;
  const any = fields.map((field) => flux`r._field == ${field}`.toString()).join(" or ");
  return flux`${fluxExpression(wanted)} |> filter(fn: (r) => ${fluxExpression(any)})`;
}

/** Names of topics as "topics", and where their statuses begin and end as "first" and "last": every package leaves a status. */
export const topicsQuery = (bucket: string): Flux => {
  const all = fluxExpression(within(bucket, ALL));
  // Each chain of its own, for what two chains share is not left to the storage engine, which would read every row.
  const end = (which: string) =>
    flux`${all} |> filter(fn: (r) => r._field == "status") |> ${fluxExpression(which)}() |> keep(columns: ["_time", "_measurement"]) |> yield(name: ${which})`;
  return flux`${all} |> keep(columns: ["_measurement"]) |> group() |> distinct(column: "_measurement") |> yield(name: "topics")
${fluxExpression(end("first"))}
${fluxExpression(end("last"))}`;
};

/** The first and the last value of each field, as "first" and "last". */
export const endsQuery = (bucket: string, topic: string, fields?: readonly string[]): Flux => {
  const rows = fluxExpression(flux`${fluxExpression(within(bucket, ALL))} ${fluxExpression(selected(topic, fields))}`);
  const end = (which: string) =>
    flux`${rows} |> ${fluxExpression(which)}() |> drop(columns: ["_start", "_stop", "_measurement"]) |> yield(name: ${which})`;
  return flux`${fluxExpression(end("first"))}
${fluxExpression(end("last"))}`;
};

/** All values of a topic's fields in `range`, each field's ascending by time. */
export const valuesQuery = (bucket: string, topic: string, range: TimeRange, fields?: readonly string[]): Flux =>
  flux`${fluxExpression(within(bucket, range))} ${fluxExpression(selected(topic, fields))} |> drop(columns: ["_start", "_stop", "_measurement"])`;

/** What can be asked by whoever may read the bucket: of its other end, for how long it keeps what it has. */
export const bucketQuery = (bucket: string): Flux =>
  flux`buckets() |> filter(fn: (r) => r.name == ${bucket}) |> keep(columns: ["name", "retentionPeriod"])`;
