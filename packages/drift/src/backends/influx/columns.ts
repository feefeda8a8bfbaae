import { sondeError } from "@sonde/core";
import type { MetricColumn, MetricType } from "../types.js";

/**
 * The type that holds values of both. A field may change its type between the shards of InfluxDB: numbers of two kinds meet as float64,
 * which is exact up to 2^53, everything else as text.
 */
export function commonType(a: MetricType, b: MetricType): MetricType {
  if (a === b) return a;
  const numeric = [a, b].every((type) => type === "float64" || type === "int64" || type === "uint64");
  return numeric ? "float64" : "utf8";
}

const INT64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n };
const UINT64 = { least: 0n, most: 2n ** 64n - 1n };

/** A field's values out of their texts, `null` where a row has none; `key` names them in errors. Rejects `format` for text of another type. */
export function metricColumn(name: string, type: MetricType, texts: readonly (string | null)[], key: string): MetricColumn {
  const length = texts.length;
  const valid = texts.includes(null) ? (row: number) => texts[row] !== null : undefined;
  const refuse = (text: string): never => {
    const where = `${key}: field ${name}`;
    throw sondeError("format", `${where} holds ${JSON.stringify(text.slice(0, 64))}, which is no ${type}`, { key: where });
  };
  const each = (store: (row: number, text: string) => void) => {
    for (let row = 0; row < length; row++) {
      const text = texts[row];
      if (text !== null && text !== undefined) store(row, text);
    }
  };
  switch (type) {
    case "float64": {
      const values = new Float64Array(length);
      each((row, text) => {
        values[row] = floatOf(text) ?? refuse(text);
      });
      return { name, type, values, valid };
    }
    case "int64": {
      const values = new BigInt64Array(length);
      each((row, text) => {
        values[row] = integerOf(text, INT64) ?? refuse(text);
      });
      return { name, type, values, valid };
    }
    case "uint64": {
      const values = new BigUint64Array(length);
      each((row, text) => {
        values[row] = integerOf(text, UINT64) ?? refuse(text);
      });
      return { name, type, values, valid };
    }
    case "bool":
      return { name, type, values: texts.map((text) => (text === null ? null : (boolOf(text) ?? refuse(text)))) };
    case "utf8":
      return { name, type, values: texts };
  }
}

/** Go's forms of a float. */
function floatOf(text: string): number | undefined {
  switch (text) {
    case "NaN":
      return Number.NaN;
    case "+Inf":
    case "Inf":
      return Number.POSITIVE_INFINITY;
    case "-Inf":
      return Number.NEGATIVE_INFINITY;
  }
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function integerOf(text: string, { least, most }: { readonly least: bigint; readonly most: bigint }): bigint | undefined {
  if (!/^-?\d{1,20}$/.test(text)) return undefined;
  const value = BigInt(text);
  return value >= least && value <= most ? value : undefined;
}

const boolOf = (text: string): boolean | undefined => (text === "true" ? true : text === "false" ? false : undefined);
