import type { Schema } from "apache-arrow";
import * as z from "zod";
import type { Description, Metadata, StreamInfo } from "../contract.js";
import { sondeError } from "../errors.js";
import { fromIPC, toIPC } from "../formats/ipc.js";
import { base64 } from "../formats/json-cell.js";
import { descriptionSchema, descriptionToJson, streamSchema, streamToJson } from "../schema/stream.js";

const abilitySchema = z.enum(["windows", "overview", "newest", "arrays", "objects", "versions", "changes", "live", "append", "annotate"]);

/** What a stream of the other side can do, by the names of the contract. */
export type WireAbility = z.infer<typeof abilitySchema>;

/** An object of any keys: zod's record would leave out `__proto__`. What came as JSON is Json. */
export const metadataSchema = z.custom<Metadata>((value) => typeof value === "object" && value !== null && !Array.isArray(value));

const arrow = z.string().describe("the Arrow schema, as base64 of an IPC stream without batches");
const wireDescription = descriptionSchema.extend({ arrow });
const wireStream = streamSchema.extend({
  metadata: metadataSchema.optional(),
  known: descriptionSchema.extend({ arrow }).partial().optional(),
  abilities: z.array(z.string()),
});

/** A stream as it crosses the wire: what a listing knows of it, and what it can do. */
export type WireStream = StreamInfo & { readonly abilities: readonly WireAbility[] };

/** For {@link descriptionFromWire}: what people read, and the exact schema beside it. */
export async function descriptionToWire(description: Description): Promise<z.input<typeof wireDescription>> {
  return { ...descriptionToJson(description), arrow: await schemaToWire(description.schema) };
}

/** Rejects `format` for what is no description. */
export function descriptionFromWire(value: unknown): Description {
  const { arrow: bytes, schema: _schema, ...rest } = checked(wireDescription, value, "description");
  return { ...defined(rest), schema: schemaFromWire(bytes) };
}

/** For {@link streamFromWire}. Metadata keep their bigints: write it by `toWireJson`. */
export async function streamToWire(stream: StreamInfo, abilities: readonly string[]) {
  const { known, metadata, ...info } = stream;
  const { known: knownJson, ...json } = streamToJson({ ...info, ...(known === undefined ? {} : { known }) });
  return {
    ...json,
    ...(metadata === undefined ? {} : { metadata }),
    ...(knownJson === undefined ? {} : { known: { ...knownJson, ...(known?.schema && { arrow: await schemaToWire(known.schema) }) } }),
    abilities,
  };
}

/** Rejects `format` for what is no stream; abilities of a later version are left out. */
export function streamFromWire(value: unknown): WireStream {
  const { abilities, metadata, known, ...info } = checked(wireStream, value, "stream");
  const { arrow: bytes, schema: _schema, ...facts } = known ?? {};
  return {
    ...defined(info),
    ...(metadata === undefined ? {} : { metadata }),
    ...(known === undefined ? {} : { known: { ...defined(facts), ...(bytes === undefined ? {} : { schema: schemaFromWire(bytes) }) } }),
    abilities: abilities.flatMap((ability) => abilitySchema.safeParse(ability).data ?? []),
  };
}

/** A schema as base64 of an IPC stream without batches. */
export async function schemaToWire(schema: Schema): Promise<string> {
  return base64(await toIPC([], { schema }));
}

/** Rejects `format` for what {@link schemaToWire} did not write. */
export function schemaFromWire(text: string): Schema {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    throw sondeError("format", "a schema that is no base64", {});
  }
  return fromIPC(bytes).schema;
}

function checked<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data;
  const [issue] = error.issues;
  throw sondeError("format", `the answer is no ${what} of a Sonde server: ${issue?.path.join(".")}: ${issue?.message}`, {});
}

/** Without the members that zod leaves undefined: `exactOptionalPropertyTypes` tells them from absent ones. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  // The filter makes it so.
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
