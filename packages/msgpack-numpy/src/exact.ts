/**
 * Values that keep how they were written: `decode(bytes, { exact: true })` returns them, `encode` writes them back byte for byte.
 * Made by hand they force a form, as `new Float(1)` does; without a format the shortest is taken.
 *
 * @module
 */

export type IntFormat = "fixint" | "uint8" | "uint16" | "uint32" | "uint64" | "int8" | "int16" | "int32" | "int64";
export type StrFormat = "fixstr" | "str8" | "str16" | "str32";
export type BinFormat = "bin8" | "bin16" | "bin32";
export type ListFormat = "fixarray" | "array16" | "array32";
export type DictFormat = "fixmap" | "map16" | "map32";
export type ExtensionFormat = "fixext" | "ext8" | "ext16" | "ext32";

/** An integer. */
export class Int {
  readonly value: number | bigint;
  readonly format: IntFormat | undefined;

  constructor(value: number | bigint, format?: IntFormat) {
    this.value = value;
    this.format = format;
  }
}

/** A float, also where its value is whole: Python's `1.0` rather than `1`. */
export class Float {
  readonly value: number;
  readonly bits: 32 | 64;
  /** Big-endian, where it was read: the payload of a NaN is kept. */
  readonly bytes: Uint8Array | undefined;

  constructor(value: number, bits: 32 | 64 = 64, bytes?: Uint8Array) {
    this.value = value;
    this.bits = bits;
    this.bytes = bytes;
  }
}

/** Text as its bytes, which need not be UTF-8. */
export class Str {
  readonly bytes: Uint8Array;
  readonly format: StrFormat | undefined;

  constructor(text: string | Uint8Array, format?: StrFormat) {
    this.bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    this.format = format;
  }

  /** With U+FFFD where the bytes are not UTF-8. */
  get text(): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.bytes);
  }
}

export class Bin {
  readonly bytes: Uint8Array;
  readonly format: BinFormat | undefined;

  constructor(bytes: Uint8Array, format?: BinFormat) {
    this.bytes = bytes;
    this.format = format;
  }
}

/** An array. */
export class List<Item = Exact> {
  readonly items: readonly Item[];
  readonly format: ListFormat | undefined;

  constructor(items: readonly Item[], format?: ListFormat) {
    this.items = items;
    this.format = format;
  }
}

/** A map as its entries in order, repeated keys included. */
export class Dict<Item = Exact> {
  readonly entries: readonly (readonly [key: Item, value: Item])[];
  readonly format: DictFormat | undefined;

  constructor(entries: readonly (readonly [key: Item, value: Item])[], format?: DictFormat) {
    this.entries = entries;
    this.format = format;
  }
}

/** An application's extension: its number and bytes, nothing built from them. */
export class Extension {
  /** -128 to 127; negative ones are MessagePack's own (-1 is the timestamp). */
  readonly type: number;
  readonly data: Uint8Array;
  readonly format: ExtensionFormat | undefined;

  constructor(type: number, data: Uint8Array, format?: ExtensionFormat) {
    this.type = type;
    this.data = data;
    this.format = format;
  }
}

/** A value with its form; nil and the booleans have only one, timestamps are extensions of type -1. */
export type Exact = null | boolean | Int | Float | Str | Bin | List | Dict | Extension;
