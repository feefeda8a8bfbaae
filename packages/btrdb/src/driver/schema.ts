import { arrowType, fieldOf, type Schema, type Statistic, schemaOf, timeField } from "@sonde/core/connector";

/** `time` and `value`, with the stream's unit. */
export function pointSchema(unit: string): Schema {
  return schemaOf([timeField(), fieldOf("value", arrowType.float64(), { role: "quantity", ...(unit === "" ? {} : { unit }) })]);
}

/** What BTrDB keeps of a window; the deviation is converted to the sample's. */
export const servedStatistics = ["min", "mean", "max", "count", "stddev"] as const satisfies readonly Statistic[];
export type ServedStatistic = (typeof servedStatistics)[number];

/** `time`, then `<statistic>_value` for each, in the order asked for. A window of one point has no deviation. */
export function windowsSchema(unit: string, width: bigint, statistics: readonly ServedStatistic[]): Schema {
  const counted = statistics.includes("count") ? { count: "count_value" } : {};
  const fields = statistics.map((statistic) =>
    statistic === "count"
      ? fieldOf("count_value", arrowType.int64(), { statistic, of: "value" })
      : fieldOf(`${statistic}_value`, arrowType.float64(), { statistic, of: "value", ...counted, ...(unit === "" ? {} : { unit }) }, true),
  );
  return schemaOf([timeField({ at: "start", width }), ...fields]);
}
