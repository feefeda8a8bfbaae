/** Heads of MessagePack's forms: MessagePack specification, "Formats". */

/** How a length may be written: in the head itself (`size` 0) or in `size` bytes after it. */
interface Head {
  readonly format: string;
  readonly head: number;
  readonly size: 0 | 1 | 2 | 4;
  /** The longest that fits. */
  readonly most: number;
}

const heads = (
  name: string,
  fix: { readonly head: number; readonly most: number } | undefined,
  plain: readonly [number, 1 | 2 | 4][],
): readonly Head[] => [
  ...(fix === undefined ? [] : [{ format: `fix${name}`, size: 0 as const, ...fix }]),
  ...plain.map(([head, size]) => ({ format: `${name}${size * 8}`, head, size, most: 2 ** (size * 8) - 1 })),
];

const families = {
  str: heads("str", { head: 0xa0, most: 31 }, [
    [0xd9, 1],
    [0xda, 2],
    [0xdb, 4],
  ]),
  bin: heads("bin", undefined, [
    [0xc4, 1],
    [0xc5, 2],
    [0xc6, 4],
  ]),
  list: heads("array", { head: 0x90, most: 15 }, [
    [0xdc, 2],
    [0xdd, 4],
  ]),
  dict: heads("map", { head: 0x80, most: 15 }, [
    [0xde, 2],
    [0xdf, 4],
  ]),
  extension: heads("ext", undefined, [
    [0xc7, 1],
    [0xc8, 2],
    [0xc9, 4],
  ]),
};

/** The head of `length` bytes or elements, the shortest without a `format`; undefined where they don't fit. */
export function lengthHead(family: keyof typeof families, length: number, format: string | undefined): Uint8Array | undefined {
  const found = families[family].find((head) => (format === undefined ? length <= head.most : head.format === format));
  if (found === undefined || length > found.most) return undefined;
  return found.size === 0 ? Uint8Array.of(found.head | length) : numbered(found.head, BigInt(length), found.size);
}

/** The head of an extension, its type included: "fixext" has a head for each of 1, 2, 4, 8 and 16 bytes. */
export function extensionHead(type: number, length: number, format: string | undefined): Uint8Array | undefined {
  const fixed = [1, 2, 4, 8, 16].indexOf(length);
  if (format === "fixext" || format === undefined) {
    if (fixed >= 0) return Uint8Array.of(0xd4 + fixed, type);
    if (format === "fixext") return undefined;
  }
  const head = lengthHead("extension", length, format);
  return head === undefined ? undefined : joined(head, Uint8Array.of(type));
}

const integers: { readonly [format: string]: readonly [head: number, size: 1 | 2 | 4 | 8, signed: boolean] } = {
  uint8: [0xcc, 1, false],
  uint16: [0xcd, 2, false],
  uint32: [0xce, 4, false],
  uint64: [0xcf, 8, false],
  int8: [0xd0, 1, true],
  int16: [0xd1, 2, true],
  int32: [0xd2, 4, true],
  int64: [0xd3, 8, true],
};

/** An integer in one form; undefined where it does not fit. */
export function integerBytes(value: bigint, format: string): Uint8Array | undefined {
  if (format === "fixint") return value >= -32n && value <= 127n ? Uint8Array.of(Number(value) & 0xff) : undefined;
  const [head, size, signed] = integers[format] ?? [0, 1, false];
  const fits = signed ? BigInt.asIntN(size * 8, value) : BigInt.asUintN(size * 8, value);
  return head === 0 || fits !== value ? undefined : numbered(head, value, size);
}

export function floatBytes(value: number, bits: 32 | 64): Uint8Array {
  const bytes = new Uint8Array(1 + bits / 8);
  const view = new DataView(bytes.buffer);
  bytes[0] = bits === 32 ? 0xca : 0xcb;
  if (bits === 32) view.setFloat32(1, value);
  else view.setFloat64(1, value);
  return bytes;
}

function numbered(head: number, value: bigint, size: number): Uint8Array {
  const bytes = new Uint8Array(1 + size);
  bytes[0] = head;
  for (let k = size; k > 0; k--) {
    bytes[k] = Number(value & 0xffn);
    value >>= 8n;
  }
  return bytes;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
