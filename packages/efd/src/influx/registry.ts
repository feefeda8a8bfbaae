import { sondeError } from "@sonde/core";
import { createLimiter, type Fetch, type Observe, readJson, request, retry } from "@sonde/core/bytes";

/** What the schema registry says of a field of a topic. */
export type FieldSchema = {
  readonly name: string;
  /** Avro's: "double", "long", "string"; of an array that of its items. */
  readonly type: string;
  /** As written there, "unitless" and "dimensionless" too; "" where nothing is. */
  readonly units: string;
  readonly description: string;
  /** The database has it as `name0`, `name1`, … */
  readonly isArray: boolean;
};

export type RegistryOptions = { readonly fetch: Fetch | undefined; readonly headers: { readonly [name: string]: string } };
type RegistryCall = { readonly signal: AbortSignal; readonly observe?: Observe | undefined };

/** The fields of a topic's newest schema (Confluent Schema Registry, `GET /subjects/<topic>-value/versions/latest`). One request. */
export async function registrySchema(
  registry: string,
  topic: string,
  options: RegistryOptions,
  call: RegistryCall,
): Promise<readonly FieldSchema[]> {
  const { signal, observe } = call;
  const url = new URL(
    `subjects/${encodeURIComponent(`${topic}-value`)}/versions/latest`,
    registry.endsWith("/") ? registry : `${registry}/`,
  );
  const what = `the schema of '${topic}'`;
  return retry(
    async () => {
      const response = await request(url, { ...options, signal, observe, expect: [404] });
      const answer = await readJson(response, createLimiter({ maxBytes: 16 * 2 ** 20 }), { signal, what });
      if (response.status === 404) throw sondeError("not-found", `no schema of '${topic}' in the registry ${registry}`, { id: topic });
      return fieldsOf(answer, what);
    },
    { signal },
  );
}

/** The schema of a database's field: arrays are spread over numbered ones there. */
export function schemaByField(schema: readonly FieldSchema[]): (field: string) => FieldSchema | undefined {
  const byName = new Map(schema.map((field) => [field.name, field]));
  return (field) => {
    const exact = byName.get(field);
    if (exact !== undefined) return exact;
    const base = byName.get(field.replace(/\d+$/, ""));
    return base?.isArray ? base : undefined;
  };
}

function fieldsOf(answer: unknown, what: string): readonly FieldSchema[] {
  const record = isRecord(answer) && typeof answer.schema === "string" ? parse(answer.schema) : undefined;
  if (!isRecord(record) || !Array.isArray(record.fields)) {
    throw sondeError("format", `${what} is no Avro record: is this the address of a schema registry?`, { key: what });
  }
  return record.fields.filter(isRecord).map(({ name, type, units, description, doc }) => {
    const plain = withoutNull(type);
    const isArray = isRecord(plain) && plain.type === "array";
    return {
      name: text(name),
      type: typeName(isArray ? plain.items : plain),
      units: text(units),
      description: text(description ?? doc),
      isArray,
    };
  });
}

/** A union with null is what else is in it. */
function withoutNull(type: unknown): unknown {
  return Array.isArray(type) ? type.find((one) => one !== "null") : type;
}

function typeName(type: unknown): string {
  const plain = withoutNull(type);
  return isRecord(plain) ? text(plain.type) : text(plain);
}

function parse(schema: string): unknown {
  try {
    return JSON.parse(schema);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
