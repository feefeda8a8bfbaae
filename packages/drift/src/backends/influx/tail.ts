import type { MetricColumn, MetricRows } from "../types.js";

/** The last of the rows: the columns' tails. */
export function lastRows({ times, columns }: MetricRows, rows: number): MetricRows {
  const skip = Math.max(0, times.length - rows);
  if (skip === 0) return { times, columns };
  return {
    times: times.subarray(skip),
    columns: columns.map((column): MetricColumn => {
      switch (column.type) {
        case "bool":
          return { ...column, values: column.values.slice(skip) };
        case "utf8":
          return { ...column, values: column.values.slice(skip) };
        default: {
          const { valid } = column;
          const later = valid === undefined ? {} : { valid: (row: number) => valid(row + skip) };
          if (column.type === "float64") return { ...column, values: column.values.subarray(skip), ...later };
          if (column.type === "int64") return { ...column, values: column.values.subarray(skip), ...later };
          return { ...column, values: column.values.subarray(skip), ...later };
        }
      }
    }),
  };
}
