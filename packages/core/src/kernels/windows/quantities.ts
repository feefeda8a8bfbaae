import { DataType, type Field, type Schema } from "apache-arrow";
import type { Statistic } from "../../contract.js";
import { sondeError } from "../../errors.js";
import { expandColumns } from "../../table/columns.js";
import { fieldInfo } from "../../table/field.js";

/** What windows are computed of: a column of samples, columns that are statistics of one quantity already, or just rows. */
export type Quantity = { readonly name: string } & (
  | { readonly kind: "samples"; readonly field: Field }
  | { readonly kind: "statistics"; readonly stored: ReadonlyMap<Statistic, Field> }
  | { readonly kind: "rows" }
);

/**
 * The quantities of a schema, in its order. Plain numbers are samples (unless their role says otherwise); columns with
 * `sonde:statistic` and `sonde:of` belong to the quantity that they are of. Where there is neither, rows themselves are counted.
 * A quantity stored as samples and as statistics counts as samples.
 */
export function quantitiesOf(schema: Schema, names?: readonly string[]): Quantity[] {
  const wanted = names && new Set(expandColumns(schema, names));
  const stored = new Map<string, Map<Statistic, Field>>();
  const counts = new Map<string, string>();
  for (const field of schema.fields) {
    const { statistic, of, count } = fieldInfo(field);
    if (statistic === undefined || of === undefined) continue;
    stored.set(of, (stored.get(of) ?? new Map()).set(statistic, field));
    if (count !== undefined) counts.set(of, count);
  }
  for (const [of, statistics] of stored) {
    const count = schema.fields.find((field) => field.name === counts.get(of));
    if (count && !statistics.has("count")) statistics.set("count", count);
  }

  const counting = new Set(counts.values());
  const found = new Map<string, Quantity>();
  for (const field of schema.fields) {
    const { role, statistic, of } = fieldInfo(field);
    if (wanted && !wanted.has(field.name)) continue;
    if (of !== undefined && statistic !== undefined) {
      const statistics = stored.get(of);
      if (statistics && !found.has(of)) found.set(of, { kind: "statistics", name: of, stored: statistics });
    } else if (statistic === "count" && !counting.has(field.name)) {
      found.set("rows", { kind: "statistics", name: "rows", stored: new Map([["count", field]]) });
    } else if (statistic === undefined && !counting.has(field.name) && isNumeric(field) && (role ?? "quantity") === "quantity") {
      found.set(field.name, { kind: "samples", name: field.name, field });
    }
  }
  if (found.size > 0) return [...found.values()];
  const numbers = wanted ? quantitiesOf(schema) : [];
  if (wanted && numbers.some(({ kind }) => kind !== "rows")) {
    throw sondeError(
      "unsupported",
      `no window of ${[...wanted].join(", ")}: the numbers here are ${numbers.map(({ name }) => name).join(", ")}`,
      {
        what: "windows",
      },
    );
  }
  return [{ kind: "rows", name: "rows" }];
}

function isNumeric(field: Field): boolean {
  return DataType.isInt(field.type) || DataType.isFloat(field.type);
}

const all: readonly Statistic[] = ["min", "max", "mean", "stddev", "median", "sum", "count"];

/** The statistics that windows of a quantity can have, exactly: all of samples; of stored statistics what they merge to. */
export function statisticsOf(quantity: Quantity): Statistic[] {
  if (quantity.kind === "samples") return [...all];
  if (quantity.kind === "rows") return ["count"];
  const has = (...names: Statistic[]) => names.every((name) => quantity.stored.has(name));
  const mean = has("mean", "count") || has("sum", "count");
  return all.filter((statistic) => {
    if (statistic === "sum") return has("sum") || mean;
    if (statistic === "mean") return mean;
    if (statistic === "stddev") return mean && has("stddev");
    return statistic !== "median" && has(statistic);
  });
}

/** The columns that windows of these quantities are computed from: what a caller has to read. */
export function sourceColumns(quantities: readonly Quantity[]): string[] {
  return quantities.flatMap((quantity) => {
    if (quantity.kind === "samples") return [quantity.field.name];
    return quantity.kind === "rows" ? [] : [...quantity.stored.values()].map((field) => field.name);
  });
}
