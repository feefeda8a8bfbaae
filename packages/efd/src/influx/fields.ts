import { sondeError } from "@sonde/core";
import { arrowType, type Field, fieldOf } from "@sonde/core/connector";
import type { InfluxSeries } from "./answer.js";
import type { FieldSchema } from "./registry.js";

/** In the order in which the database prefers them where shards disagree (InfluxDB 1 documentation, "Field type discrepancies"). */
export const fieldTypes = ["float", "integer", "unsigned", "string", "boolean"] as const;
export type InfluxFieldType = (typeof fieldTypes)[number];
export type InfluxField = { readonly name: string; readonly type: InfluxFieldType };
/** A column of a read: a field, or a tag. */
export type InfluxColumn = { readonly name: string; readonly type: InfluxFieldType | "tag" };

/** The answer to SHOW FIELD KEYS, in its order: by name. */
export function fieldsIn(series: readonly InfluxSeries[]): readonly InfluxField[] {
  const found = new Map<string, InfluxFieldType>();
  for (const { columns, rows } of series) {
    const [key, kind] = [columns.indexOf("fieldKey"), columns.indexOf("fieldType")];
    for (const row of rows) {
      const name = row[key];
      const type = fieldTypes.find((one) => one === row[kind]);
      if (typeof name !== "string" || type === undefined) {
        throw sondeError("format", `the database names a field of type '${String(row[kind])}', which InfluxDB 1 does not have`, {});
      }
      const known = found.get(name);
      if (known === undefined || fieldTypes.indexOf(type) < fieldTypes.indexOf(known)) found.set(name, type);
    }
  }
  return Array.from(found, ([name, type]) => ({ name, type }));
}

/** The texts of one column. */
export function namesIn(series: readonly InfluxSeries[], column: string): readonly string[] {
  return series.flatMap(({ columns, rows }) => {
    const index = columns.indexOf(column);
    return rows.map((row) => row[index]).filter((cell): cell is string => typeof cell === "string");
  });
}

/** Any cell may be missing: a point need not have every field, and NaN is stored as none. */
export function arrowField({ name, type }: InfluxColumn, known?: FieldSchema): Field {
  const unit = known?.units === undefined || known.units === "" ? {} : { unit: known.units };
  const description = known?.description === undefined || known.description === "" ? {} : { description: known.description };
  const about = { ...unit, ...description };
  if (type === "float") return fieldOf(name, arrowType.float64(), about, true);
  if (type === "integer") return fieldOf(name, arrowType.int64(), about, true);
  if (type === "unsigned") return fieldOf(name, arrowType.uint64(), about, true);
  if (type === "boolean") return fieldOf(name, arrowType.bool(), { ...about, role: "status" }, true);
  return fieldOf(name, arrowType.utf8(), { ...about, ...(type === "tag" ? { role: "category" as const } : {}) }, true);
}
