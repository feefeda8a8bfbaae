import { sondeError } from "@sonde/core/bytes";
import { isBigEndian } from "./byte-order.js";
import { parseDatatype } from "./datatype-message.js";
import { type SpaceMetadata, typeOfMetadata } from "./datatype-metadata.js";
import { type Filter, isBuiltIn, namedFilter } from "./filters.js";
import { type Limits, maxCallBytes } from "./limits.js";
import type { DataType } from "./types.js";

/** What the worker answers for a dataset. */
export type RawDataset = {
  readonly metadata: SpaceMetadata;
  readonly filters: readonly Filter[];
  readonly datatype: Uint8Array | undefined;
  readonly external: boolean;
  readonly storedBytes: number | undefined;
};

export type Description = {
  readonly shape: readonly number[] | null;
  readonly maxShape: readonly (number | null)[] | null;
  readonly chunks: readonly number[] | null;
  readonly filters: readonly Filter[];
  readonly type: DataType;
  readonly storedBytes: number | undefined;
  /** Why every read is refused. */
  readonly refusal: Error | undefined;
};

/** `H5S_UNLIMITED` is 2^64 - 1, which h5wasm tells as a double. */
const unlimited = 2 ** 64;

export function describe(raw: RawDataset, key: string, limits: Limits): Description {
  const { metadata, datatype } = raw;
  const type = datatype === undefined ? typeOfMetadata(metadata) : parseDatatype(datatype, key, limits.maxDepth);
  const filters = raw.filters.map(namedFilter);
  const { shape, chunks, maxshape } = metadata;
  return {
    shape,
    maxShape: maxshape?.map((length) => (length >= unlimited ? null : length)) ?? null,
    chunks,
    filters,
    type,
    storedBytes: raw.storedBytes,
    refusal: refusalOf({ ...raw, filters }, type, key, limits),
  };
}

function refusalOf({ metadata, filters, external, datatype }: RawDataset, type: DataType, key: string, limits: Limits): Error | undefined {
  const unsupported = (what: string, why: string) => sondeError("unsupported", `${key} can't be read: ${why}`, { what });
  if (metadata.virtual_sources !== undefined)
    return unsupported(
      "virtual storage",
      "its data lies in other datasets (a virtual dataset), and none is followed: open the files it was made of",
    );
  if (external)
    return unsupported(
      "external storage",
      "its data lies in other files (external storage), and none is followed: open them by themselves",
    );
  const missing = filters.find((filter) => !isBuiltIn(filter));
  if (missing !== undefined) {
    return unsupported(
      `filter ${missing.id}`,
      `its chunks went through filter ${missing.id} (${missing.name}), which is not built in: repack the file with h5repack and gzip`,
    );
  }
  if (datatype === undefined)
    return unsupported("shared types", "its type lies in a table shared by the whole file: repack the file with h5repack");
  const why = reasonAgainst(type, metadata.littleEndian);
  if (why !== undefined) return unsupported(why, `it holds ${why}`);
  if (!holdsPointers(type) && type.bytes !== metadata.size) {
    return sondeError("format", `${key} is damaged: a value takes ${type.bytes} bytes by its type, ${metadata.size} by HDF5`, { key });
  }
  if (metadata.size > maxCallBytes) return tooLarge(key, "bytes of one value", BigInt(metadata.size), maxCallBytes, undefined);
  const chunk = metadata.chunks?.reduce((product, length) => product * BigInt(length), BigInt(metadata.size)) ?? 0n;
  if (chunk > limits.maxChunkBytes) return tooLarge(key, "bytes of one chunk", chunk, limits.maxChunkBytes, "limits.maxChunkBytes");
  const immense = metadata.shape?.find((length) => !Number.isSafeInteger(length));
  if (immense !== undefined) return tooLarge(key, "rows", BigInt(immense), Number.MAX_SAFE_INTEGER, undefined);
  return undefined;
}

function tooLarge(key: string, what: string, asked: bigint, allowed: number, option: string | undefined) {
  const advice = option === undefined ? "" : `: raise ${option} if you trust the file`;
  return sondeError("limit", `${key} declares ${asked} ${what}, ${allowed} are allowed${advice}`, {
    what,
    asked,
    allowed,
    ...(option === undefined ? {} : { option }),
  });
}

/** What of a type makes the whole dataset unreadable. A member that is merely not decoded is not: see `fields`. */
function reasonAgainst(type: DataType, littleEndian: boolean): string | undefined {
  switch (type.kind) {
    case "unsupported":
      return type.why;
    case "variable-length":
      return "values of variable length";
    case "array":
      return type.of.kind === "string" && type.of.variable ? "arrays of variable-length strings" : reasonAgainst(type.of, littleEndian);
    case "enum":
      // HDF5 refuses to turn the order of an enumeration.
      if (!littleEndian && isBigEndian(type)) return "big-endian enumerations";
      return reasonAgainst(type.of, littleEndian);
    case "time":
      return type.bigEndian ? "big-endian times" : undefined;
    case "compound":
      return membersAgainst(
        type.fields.map((field) => field.type),
        isBigEndian(type),
      );
    default:
      return undefined;
  }
}

function membersAgainst(types: readonly DataType[], bigEndian: boolean): string | undefined {
  for (const type of types) {
    if (holdsPointers(type)) return type.kind === "reference" ? undefined : "compounds with values of variable length";
    if (bigEndian && holds(type, "enum")) return "big-endian enumerations";
    if (bigEndian && holds(type, "time")) return "big-endian times";
  }
  return undefined;
}

/** Values that lie elsewhere in the file: what the compound holds of them is an address. */
function holdsPointers(type: DataType): boolean {
  if (type.kind === "variable-length" || (type.kind === "string" && type.variable)) return true;
  if (type.kind === "array" || type.kind === "enum") return holdsPointers(type.of);
  return type.kind === "compound" && type.fields.some((field) => holdsPointers(field.type));
}

function holds(type: DataType, kind: DataType["kind"]): boolean {
  if (type.kind === kind) return true;
  if (type.kind === "array") return holds(type.of, kind);
  return type.kind === "compound" && type.fields.some((field) => holds(field.type, kind));
}
