import { type FieldInfo, fieldInfo, fieldOf, schemaOf } from "@sonde/core/connector";
import type { TopicShape } from "../schema/topic-shape.js";
import type { ParquetFile } from "./types.js";

/** The shape with what the file's fields said of themselves when Sonde wrote them: of which quantity they are which statistic, in which unit. */
export function restoredShape(shape: TopicShape, file: ParquetFile): TopicShape {
  const said = new Map<string, FieldInfo>();
  for (const field of file.schema.fields) said.set(field.name, fieldInfo(field));
  const fields = shape.schema.fields.map((field) =>
    fieldOf(field.name, field.type, { ...fieldInfo(field), ...said.get(field.name) }, field.nullable),
  );
  const metadata = [...file.schema.metadata].filter(([key]) => key.startsWith("sonde:"));
  return { ...shape, schema: schemaOf(fields, metadata) };
}
