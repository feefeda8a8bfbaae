import type { SchemaElement, Statistics } from "hyparquet";
import type { ColumnStatistics, ParquetPredicate, ParquetValue } from "../types.js";

/**
 * What a column chunk's statistics say, as far as their order is that of the values. The older fields `min` and `max` were compared as
 * signed bytes by some writers, so they count for signed numbers only (parquet.thrift, Statistics).
 */
export function columnStatistics(statistics: Statistics | undefined, element: SchemaElement): ColumnStatistics {
  if (statistics === undefined) return {};
  const nulls = Number(statistics.null_count ?? Number.NaN);
  const known = Number.isSafeInteger(nulls) && nulls >= 0 ? { nulls } : {};
  if (!isOrdered(element)) return known;
  const signed = element.type !== "BYTE_ARRAY" && !isUnsigned(element);
  const min = statistics.min_value ?? (signed ? statistics.min : undefined);
  const max = statistics.max_value ?? (signed ? statistics.max : undefined);
  if (Number.isNaN(min) || Number.isNaN(max)) return known;
  const [low, high] = [valueOf(min), valueOf(max)];
  return { ...known, ...(low !== undefined && { min: low }), ...(high !== undefined && { max: high }) };
}

/** Of all parts together: a bound is known where every part knows it. */
export function mergeStatistics(parts: readonly ColumnStatistics[]): ColumnStatistics {
  const merge = (pick: (part: ColumnStatistics) => ParquetValue | undefined, better: (a: ParquetValue, b: ParquetValue) => boolean) => {
    let best: ParquetValue | undefined;
    for (const part of parts) {
      const value = pick(part);
      if (value === undefined) return undefined;
      if (best === undefined || better(value, best)) best = value;
    }
    return best;
  };
  const min = merge(
    (part) => part.min,
    (a, b) => a < b,
  );
  const max = merge(
    (part) => part.max,
    (a, b) => a > b,
  );
  const nulls = parts.every((part) => part.nulls !== undefined) ? parts.reduce((total, part) => total + (part.nulls ?? 0), 0) : undefined;
  return { ...(min !== undefined && { min }), ...(max !== undefined && { max }), ...(nulls !== undefined && { nulls }) };
}

/** Whether rows inside the predicate's range may be there; true where nothing is known. */
export function mayMatch({ min, max }: ColumnStatistics, { start, end }: ParquetPredicate): boolean {
  if (end !== undefined && isNumber(min) && min >= end) return false;
  return !(start !== undefined && isNumber(max) && max < start);
}

function isNumber(value: ParquetValue | undefined): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function isOrdered({ type, converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  // The library gives decimals as doubles, which round; INT96 and intervals have no order.
  if (converted === "DECIMAL" || logical?.type === "DECIMAL" || logical?.type === "FLOAT16") return false;
  return type !== undefined && type !== "INT96" && type !== "FIXED_LEN_BYTE_ARRAY";
}

function isUnsigned({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return converted?.startsWith("UINT") === true || (logical?.type === "INTEGER" && !logical.isSigned);
}

/** Bytes are kept by the file as long as they are told of; they may be cut short, so they are bounds and no values. */
function valueOf(value: unknown): ParquetValue | undefined {
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return value;
  return undefined;
}
