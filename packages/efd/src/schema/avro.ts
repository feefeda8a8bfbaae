/** What an Avro schema says of a field. */
export type AvroField = { readonly unit?: string; readonly description?: string };

/**
 * The units and descriptions of an Avro schema in a file's metadata (`parquet.avro.schema`, written by parquet-avro). What can't be read
 * says nothing: the columns themselves are whole without it.
 */
export function readAvroFields(text: string | undefined): ReadonlyMap<string, AvroField> {
  const found = new Map<string, AvroField>();
  if (text === undefined) return found;
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch {
    return found;
  }
  for (const field of listOf(property(schema, "fields"))) {
    const name = textOf(property(field, "name"));
    if (name === undefined) continue;
    const unit = textOf(property(field, "units")) ?? textOf(property(field, "unit"));
    const description = textOf(property(field, "description")) ?? textOf(property(field, "doc"));
    found.set(name, { ...(unit === undefined ? {} : { unit }), ...(description === undefined ? {} : { description }) });
  }
  return found;
}

function property(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  // Just seen to have it.
  return (value as { readonly [key: string]: unknown })[key];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
