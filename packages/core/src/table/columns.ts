import type { Schema } from "apache-arrow";
import { sondeError } from "../errors.js";
import { fieldInfo } from "./field.js";

/**
 * The columns that `names` stand for, in the schema's order. A name is a column, or a quantity: then all columns that are
 * statistics of it, with the count that they are over. A column of that very name comes first. Rejects `not-found` with the names that there are.
 *
 * @example
 * ```ts
 * expandColumns(schema, ["value1"]); // ["min_value1", "mean_value1", "count_value1"]
 * ```
 */
export function expandColumns(schema: Schema, names: readonly string[]): string[] {
  const columns = new Set(schema.fields.map((field) => field.name));
  const quantities = new Map<string, Set<string>>();
  for (const field of schema.fields) {
    const { of, count } = fieldInfo(field);
    if (of === undefined) continue;
    const found = quantities.get(of) ?? new Set();
    quantities.set(of, found.add(field.name));
    if (count !== undefined && columns.has(count)) found.add(count);
  }
  const wanted = new Set<string>();
  for (const name of names) {
    const found = columns.has(name) ? [name] : quantities.get(name);
    if (found === undefined) throw sondeError("not-found", `no column or quantity '${name}': there are ${known()}`, { id: name });
    for (const column of found) wanted.add(column);
  }
  return schema.fields.map((field) => field.name).filter((name) => wanted.has(name));

  function known(): string {
    const columnNames = [...columns].filter((name) => name !== "time");
    const quantityNames = [...quantities.keys()].filter((name) => !columns.has(name));
    const quantityText = quantityNames.length > 0 ? ` and the quantities ${quantityNames.join(", ")}` : "";
    return `the columns ${columnNames.join(", ")}${quantityText}`;
  }
}
