import { type Field, Schema } from "apache-arrow";
import { sondeError } from "../errors.js";

/** A schema of fields, with metadata of its own. */
export function schemaOf(fields: readonly Field[], metadata: Iterable<readonly [string, string]> = []): Schema {
  return new Schema([...fields], new Map(metadata));
}

/**
 * `schema` with `time` and the named columns only, in the schema's order; all of it without names.
 * Rejects `not-found` with the names that there are.
 */
export function projectSchema(schema: Schema, columns: readonly string[] | undefined): Schema {
  if (columns === undefined) return schema;
  const known = new Set(schema.fields.map((field) => field.name));
  for (const column of columns) {
    if (!known.has(column)) throw sondeError("not-found", `no column '${column}': there are ${[...known].join(", ")}`, { id: column });
  }
  const wanted = new Set(["time", ...columns]);
  return new Schema(
    schema.fields.filter((field) => wanted.has(field.name)),
    schema.metadata,
  );
}

/** The parts of a schema that every batch must share, as text: names, types, nullability. Metadata is left out. */
export function schemaText(schema: Schema): string {
  return schema.fields.map((field) => `${field.name}: ${field.type}${field.nullable ? "?" : ""}`).join(", ");
}
