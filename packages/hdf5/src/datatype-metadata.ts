import type { DataType } from "./types.js";

/** What h5wasm says of a type; see its `hdf5_util_helpers.d.ts`. */
type TypeMetadata = {
  readonly type: number;
  readonly size: number;
  readonly signed: boolean;
  readonly littleEndian: boolean;
  readonly vlen: boolean;
  readonly cset?: number;
  readonly strpad?: number;
  readonly ref_type?: "object" | "region";
  readonly shape: readonly number[] | null;
  readonly array_type?: TypeMetadata;
  readonly vlen_type?: TypeMetadata;
  readonly compound_type?: { readonly members: readonly (TypeMetadata & { readonly name: string; readonly offset: number })[] };
  readonly enum_type?: { readonly type: number; readonly members: { readonly [name: string]: number } };
};
export type SpaceMetadata = TypeMetadata & {
  readonly total_size: number;
  readonly maxshape: readonly number[] | null;
  readonly chunks: readonly number[] | null;
  readonly virtual_sources?: readonly { readonly file_name: string; readonly dset_name: string }[];
};

const paddings = ["null-terminated", "null-padded", "space-padded"] as const;

/**
 * A type as h5wasm tells it, for attributes whose message can't be found in the header of their object (dense storage, shared messages).
 * Exact but for layouts of floats, bits of integers, and values of enumerations above 32 bits.
 */
export function typeOfMetadata(metadata: TypeMetadata): DataType {
  const { type, size: bytes } = metadata;
  const bigEndian = !metadata.littleEndian;
  switch (type) {
    case 0:
      if (![1, 2, 4, 8].includes(bytes)) return { kind: "unsupported", bytes, why: `integer of ${bytes} bytes` };
      return { kind: "integer", bytes, signed: metadata.signed, bigEndian };
    case 1:
      if (![2, 4, 8].includes(bytes)) return { kind: "unsupported", bytes, why: `float of ${bytes} bytes` };
      return { kind: "float", bytes, bigEndian };
    case 2:
      return { kind: "time", bytes, bigEndian };
    case 3:
      return {
        kind: "string",
        bytes,
        padding: paddings[metadata.strpad ?? 1] ?? "null-padded",
        charset: metadata.cset === 1 ? "utf-8" : "ascii",
        variable: metadata.vlen,
      };
    case 4:
      return { kind: "bitfield", bytes, bigEndian };
    case 5:
      return { kind: "opaque", bytes };
    case 6: {
      const members = metadata.compound_type?.members ?? [];
      return {
        kind: "compound",
        bytes,
        fields: members.map((member) => ({ name: member.name, offset: member.offset, type: typeOfMetadata(member) })),
      };
    }
    case 7:
      return { kind: "reference", bytes, to: metadata.ref_type ?? "object" };
    case 8: {
      const members = new Map(Object.entries(metadata.enum_type?.members ?? {}));
      const signed = metadata.signed || [...members.values()].some((value) => value < 0);
      return { kind: "enum", bytes, of: typeOfMetadata({ ...metadata, type: 0, signed }), members };
    }
    case 9:
      return metadata.vlen_type === undefined
        ? { kind: "unsupported", bytes, why: "variable-length values of an unknown type" }
        : { kind: "variable-length", bytes, of: typeOfMetadata(metadata.vlen_type) };
    case 10: {
      const of = metadata.array_type;
      if (of === undefined) return { kind: "unsupported", bytes, why: "arrays of an unknown type" };
      return { kind: "array", bytes, of: typeOfMetadata(of), shape: of.shape ?? [] };
    }
    default:
      return { kind: "unsupported", bytes, why: type === 11 ? "complex numbers" : `class ${type}` };
  }
}
