import type { Statistic } from "@sonde/core";

/** The operations of the aggregator, under its own names. */
export const statisticNames = ["min", "q1", "mean", "median", "stdev", "q3", "max"] as const;
export type StatisticName = (typeof statisticNames)[number];

/** What Sonde calls them; it has no name for quartiles, which nothing can be derived from. */
const coreNames: ReadonlyMap<StatisticName, Statistic> = new Map([
  ["min", "min"],
  ["mean", "mean"],
  ["median", "median"],
  ["stdev", "stddev"],
  ["max", "max"],
]);

export function coreStatistic(name: StatisticName): Statistic | undefined {
  return coreNames.get(name);
}

/** Those of an aggregated topic that are no statistics of a field. */
export const reservedColumns: ReadonlySet<string> = new Set(["time", "window_size", "count"]);

/**
 * `<operation>_<field>`, parted at the first "_": fields may hold more of them. Only aggregated topics have such columns; in a raw one
 * `min_temp` is a field of its own.
 */
export function readColumnName(name: string): { readonly statistic: StatisticName; readonly field: string } | undefined {
  const at = name.indexOf("_");
  const statistic = statisticNames.find((known) => known === name.slice(0, at));
  if (at < 0 || statistic === undefined || at + 1 === name.length || reservedColumns.has(name)) return undefined;
  return { statistic, field: name.slice(at + 1) };
}
