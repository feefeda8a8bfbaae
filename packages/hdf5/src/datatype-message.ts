import { sondeError } from "@sonde/core/bytes";
import type { CompoundType, DataType, StringType } from "./types.js";

type Order = "little" | "big" | "vax";

/** IEEE 754 layouts by size: exponent at, of, mantissa of, bias. What differs would be read as other numbers. */
const ieee: { readonly [bytes: number]: readonly [exponentAt: number, exponentBits: number, bias: number] } = {
  2: [10, 5, 15],
  4: [23, 8, 127],
  8: [52, 11, 1023],
};
const paddings = ["null-terminated", "null-padded", "space-padded"] as const;

/**
 * A datatype message, to the bit: h5wasm tells sizes and classes, but not that a float has another layout or an integer fewer bits.
 *
 * Source: HDF5 File Format Specification 3.0, IV.A.2.d. Rejects `format` naming `key`, and `limit` past `maxDepth`.
 */
export function parseDatatype(message: Uint8Array, key: string, maxDepth: number): DataType {
  return new DatatypeParser(message, key, maxDepth).type(1);
}

/** Walks the message; types lie inside types without a length of their own. */
class DatatypeParser {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #key: string;
  readonly #maxDepth: number;
  #at = 0;

  constructor(bytes: Uint8Array, key: string, maxDepth: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#key = key;
    this.#maxDepth = maxDepth;
  }

  type(depth: number): DataType {
    if (depth > this.#maxDepth) {
      throw sondeError(
        "limit",
        `the type of ${this.#key} nests deeper than ${this.#maxDepth}: raise limits.maxDepth if you trust the file`,
        {
          what: "depth of a type",
          asked: depth,
          allowed: this.#maxDepth,
          option: "limits.maxDepth",
        },
      );
    }
    const head = this.#unsigned(1);
    const version = head >> 4;
    const bits = this.#unsigned(3);
    const bytes = this.#unsigned(4);
    if (version < 1 || version > 5) throw this.#damaged(`version ${version}`);
    switch (head & 15) {
      case 0:
        return this.#integer(bits, bytes);
      case 1:
        return this.#float(bits, bytes);
      case 2:
        this.#unsigned(2);
        return { kind: "time", bytes, bigEndian: (bits & 1) === 1 };
      case 3:
        return this.#string(bits & 15, (bits >> 4) & 15, bytes, false);
      case 4:
        this.#skip(4);
        return { kind: "bitfield", bytes, bigEndian: (bits & 1) === 1 };
      case 5:
        this.#skip(bits & 255);
        return { kind: "opaque", bytes };
      case 6:
        return this.#compound(version, bits & 0xffff, bytes, depth);
      case 7:
        return { kind: "reference", bytes, to: (bits & 15) === 1 || (bits & 15) === 3 ? "region" : "object" };
      case 8:
        return this.#enumeration(version, bits & 0xffff, bytes, depth);
      case 9: {
        const of = this.type(depth + 1);
        if ((bits & 15) === 1) return this.#string((bits >> 4) & 15, (bits >> 8) & 15, bytes, true);
        return { kind: "variable-length", bytes, of };
      }
      case 10:
        return this.#array(version, bytes, depth);
      case 11:
        this.type(depth + 1);
        return { kind: "unsupported", bytes, why: "complex numbers" };
      default:
        throw this.#damaged(`class ${head & 15}`);
    }
  }

  #integer(bits: number, bytes: number): DataType {
    const offset = this.#unsigned(2);
    const precision = this.#unsigned(2);
    if (![1, 2, 4, 8].includes(bytes)) return { kind: "unsupported", bytes, why: `integer of ${bytes} bytes` };
    if (offset !== 0 || precision !== bytes * 8) {
      return { kind: "unsupported", bytes, why: `integer of ${precision} bits in ${bytes} bytes` };
    }
    return { kind: "integer", bytes, signed: (bits & 8) !== 0, bigEndian: (bits & 1) === 1 };
  }

  #float(bits: number, bytes: number): DataType {
    const offset = this.#unsigned(2);
    const precision = this.#unsigned(2);
    const [exponentAt, exponentBits, mantissaAt, mantissaBits] = [
      this.#unsigned(1),
      this.#unsigned(1),
      this.#unsigned(1),
      this.#unsigned(1),
    ];
    const bias = this.#unsigned(4);
    const order: Order = (bits & 0x41) === 0x41 ? "vax" : bits & 1 ? "big" : "little";
    const standard = ieee[bytes];
    if (standard === undefined) return { kind: "unsupported", bytes, why: `float of ${bytes} bytes` };
    const [at, size, expectedBias] = standard;
    const impliedOne = ((bits >> 4) & 3) === 2;
    const whole = offset === 0 && precision === bytes * 8 && ((bits >> 8) & 255) === bytes * 8 - 1;
    const asIeee = exponentAt === at && exponentBits === size && mantissaAt === 0 && mantissaBits === at && bias === expectedBias;
    if (order === "vax" || !impliedOne || !whole || !asIeee) {
      return { kind: "unsupported", bytes, why: `float of ${bytes} bytes that is not IEEE 754` };
    }
    return { kind: "float", bytes, bigEndian: order === "big" };
  }

  #string(padding: number, charset: number, bytes: number, variable: boolean): StringType {
    return {
      kind: "string",
      bytes,
      padding: paddings[padding] ?? "null-padded",
      charset: charset === 1 ? "utf-8" : "ascii",
      variable,
    };
  }

  #compound(version: number, count: number, bytes: number, depth: number): CompoundType {
    const fields: { name: string; offset: number; type: DataType }[] = [];
    // The offset of a member takes as many bytes as the size of the whole needs, from version 3 on.
    const offsetBytes = version < 3 ? 4 : bytes < 1 << 8 ? 1 : bytes < 1 << 16 ? 2 : bytes < 1 << 24 ? 3 : 4;
    for (let k = 0; k < count; k++) {
      const name = this.#name(version < 3);
      const offset = this.#unsigned(offsetBytes);
      const shape = version === 1 ? this.#oldShape() : [];
      const single = this.type(depth + 1);
      const elements = shape.reduce((product, length) => product * length, 1);
      const type: DataType = shape.length === 0 ? single : { kind: "array", bytes: single.bytes * elements, of: single, shape };
      // Of variable-length members the file's size is not that in memory: the dataset is refused elsewhere.
      if (offset + type.bytes > bytes) throw this.#damaged(`member ${name} lies outside its compound`);
      fields.push({ name, offset, type });
    }
    return { kind: "compound", bytes, fields };
  }

  /** Before there was an array class, a member had up to four dimensions itself. */
  #oldShape(): number[] {
    const rank = this.#unsigned(1);
    this.#skip(3 + 4 + 4);
    const all = [this.#unsigned(4), this.#unsigned(4), this.#unsigned(4), this.#unsigned(4)];
    if (rank > 4) throw this.#damaged(`a member of ${rank} dimensions`);
    return all.slice(0, rank);
  }

  #enumeration(version: number, count: number, bytes: number, depth: number): DataType {
    const of = this.type(depth + 1);
    const names = Array.from({ length: this.#available(count) }, () => this.#name(version < 3));
    const members = new Map<string, number>();
    for (const name of names) members.set(name, this.#value(of));
    return { kind: "enum", bytes, of, members };
  }

  #value(of: DataType): number {
    const at = this.#at;
    this.#skip(of.bytes);
    if (of.kind !== "integer") return Number.NaN;
    const bytes = this.#bytes.slice(at, at + of.bytes);
    if (of.bigEndian) bytes.reverse();
    const value = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
    return of.signed && value >= 2 ** (of.bytes * 8 - 1) ? value - 2 ** (of.bytes * 8) : value;
  }

  #array(version: number, bytes: number, depth: number): DataType {
    const rank = this.#unsigned(1);
    if (rank > 32) throw this.#damaged(`an array of ${rank} dimensions`);
    if (version < 3) this.#skip(3);
    const shape = Array.from({ length: rank }, () => this.#unsigned(4));
    if (version < 3) this.#skip(4 * rank);
    const of = this.type(depth + 1);
    const expected = shape.reduce((product, length) => product * BigInt(length), BigInt(of.bytes));
    if (expected !== BigInt(bytes)) throw this.#damaged(`an array of ${expected} bytes in ${bytes}`);
    return { kind: "array", bytes, of, shape };
  }

  #name(padded: boolean): string {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) throw this.#damaged("a name without an end");
    const name = new TextDecoder().decode(this.#bytes.subarray(this.#at, end));
    const length = end - this.#at + 1;
    this.#skip(padded ? (length + 7) & ~7 : length);
    return name;
  }

  /** Each of `count` things takes a byte at least: no list is made that could not be there. */
  #available(count: number): number {
    if (count > this.#bytes.length - this.#at) throw this.#damaged(`${count} members`);
    return count;
  }

  #unsigned(length: 1 | 2 | 3 | 4): number {
    const at = this.#at;
    this.#skip(length);
    if (length === 1) return this.#view.getUint8(at);
    if (length === 2) return this.#view.getUint16(at, true);
    if (length === 3) return this.#view.getUint16(at, true) + this.#view.getUint8(at + 2) * 65_536;
    return this.#view.getUint32(at, true);
  }

  #skip(length: number): void {
    if (this.#at + length > this.#bytes.length) throw this.#damaged("an end too early");
    this.#at += length;
  }

  #damaged(what: string) {
    return sondeError("format", `the type of ${this.#key} is damaged: ${what}`, { key: this.#key, offset: this.#at });
  }
}
