import type { Field } from "@sonde/core/connector";
import type { FileMetaData } from "hyparquet";

/** The file's key-value metadata; of equal keys the last. */
export function keyValues({ key_value_metadata: pairs }: FileMetaData): ReadonlyMap<string, string> {
  return new Map((pairs ?? []).map(({ key, value }) => [key ?? "", value ?? ""]));
}

/** What goes into the schema's metadata: not what says only how another library would build its own tables. */
export function schemaMetadata(all: ReadonlyMap<string, string>): [string, string][] {
  return [...all].filter(([key]) => key !== "ARROW:schema" && key !== FIELDS);
}

const FIELDS = "sonde:fields";

/** Gives fields back what they said of themselves when Sonde wrote the file; anything else under that key is passed over. */
export function restoreFields(fields: readonly Field[], all: ReadonlyMap<string, string>): void {
  const text = all.get(FIELDS);
  if (text === undefined) return;
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    return;
  }
  if (typeof stored !== "object" || stored === null) return;
  const byName = new Map<string, unknown>(Object.entries(stored));
  for (const field of fields) {
    const entries = byName.get(field.name);
    if (typeof entries !== "object" || entries === null) continue;
    for (const [key, value] of Object.entries(entries)) if (typeof value === "string") field.metadata.set(key, value);
  }
}
