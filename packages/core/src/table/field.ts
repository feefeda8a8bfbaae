import { type DataType, Field, type Schema } from "apache-arrow";
import type { Statistic } from "../contract.js";
import { arrowType } from "./types.js";

/** What tools may do with a column: plot, join, aggregate. Numbers without a role are quantities. */
export type Role = "time" | "tick" | "quantity" | "category" | "status" | "array" | "document";

/** What a field says of itself beyond its type: kept in the field's metadata as `sonde:<key>`. */
export interface FieldInfo {
  readonly role?: Role;
  /** As the system writes it; not translated. */
  readonly unit?: string;
  readonly label?: string;
  readonly description?: string;
  /** Integers: physical = stored * scale + offset. `read` leaves them raw, statistics are physical. */
  readonly scale?: number;
  readonly offset?: number;
  /** This column is that statistic of the quantity `of`, over the samples that column `count` counts. */
  readonly statistic?: Statistic;
  readonly of?: string;
  readonly count?: string;
  /** How a cell is stored: goes through the stream's `decode`. */
  readonly encoding?: "msgpack" | "json" | (string & {});
  /** On `time`: where in its interval the row's time stands, and how long the interval is, in ns. */
  readonly at?: "start" | "middle" | "end";
  readonly width?: bigint;
}

const texts = ["role", "unit", "label", "description", "statistic", "of", "count", "encoding", "at"] as const;
const numbers = ["scale", "offset"] as const;

/** The metadata of a field that says `info`; keys of other vocabularies can be added beside it. */
export function fieldMetadata(info: FieldInfo): Map<string, string> {
  const metadata = new Map<string, string>();
  for (const [key, value] of Object.entries(info)) if (value !== undefined) metadata.set(`sonde:${key}`, String(value));
  return metadata;
}

/** What a field says of itself; unknown keys and unreadable numbers are left out. */
export function fieldInfo(field: Field): FieldInfo {
  const info: Record<string, unknown> = {};
  for (const key of texts) {
    const text = field.metadata.get(`sonde:${key}`);
    if (text !== undefined) info[key] = text;
  }
  for (const key of numbers) {
    const value = Number(field.metadata.get(`sonde:${key}`) ?? Number.NaN);
    if (Number.isFinite(value)) info[key] = value;
  }
  const width = field.metadata.get("sonde:width");
  if (width !== undefined && /^\d+$/.test(width)) info.width = BigInt(width);
  // Built key by key above from the vocabulary itself.
  return info as FieldInfo;
}

/** A field with what it says of itself. Not nullable unless asked: a batch and its description must agree on that too. */
export function fieldOf(name: string, type: DataType, info: FieldInfo = {}, nullable = false): Field {
  return new Field(name, type, nullable, fieldMetadata(info));
}

/** The first field of every schema: `time`, nanoseconds UTC. */
export function timeField(info: Pick<FieldInfo, "at" | "width" | "label" | "description"> = {}): Field {
  return fieldOf("time", arrowType.nanos(), { role: "time", ...info });
}

/** How the rows of a table came about: as stored, or computed; by the store or here; exactly or not. */
export interface Provenance {
  readonly method: "raw" | "windows" | "overview";
  readonly by: "store" | "local";
  readonly exact: boolean;
  /** Of a window, in ns; of an overview row, as far as it is known. */
  readonly width?: bigint;
}

/** What `schema` says of how its rows came about; undefined where it says nothing. */
export function provenance(schema: Schema): Provenance | undefined {
  const text = schema.metadata.get("sonde:provenance");
  if (text === undefined) return undefined;
  try {
    const { method, by, exact, width } = JSON.parse(text);
    if (!["raw", "windows", "overview"].includes(method) || !["store", "local"].includes(by)) return undefined;
    return { method, by, exact: exact === true, ...(typeof width === "string" && /^\d+$/.test(width) ? { width: BigInt(width) } : {}) };
  } catch {
    return undefined;
  }
}

/** The entry of a schema's metadata that {@link provenance} reads. */
export function provenanceMetadata(value: Provenance): [key: string, text: string] {
  const { width, ...rest } = value;
  return ["sonde:provenance", JSON.stringify(width === undefined ? rest : { ...rest, width: String(width) })];
}
