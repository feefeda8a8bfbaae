import { isSondeError } from "@sonde/core/bytes";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toLittleEndian } from "../src/byte-order.js";
import { parseDatatype } from "../src/datatype-message.js";
import { typeOfMetadata } from "../src/datatype-metadata.js";
import type { DataType } from "../src/types.js";

const u16 = (value: number) => [value & 255, value >> 8];
const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)];
const head = (version: number, kind: number, bits: number, bytes: number) => [
  (version << 4) | kind,
  bits & 255,
  (bits >> 8) & 255,
  bits >> 16,
  ...u32(bytes),
];
const name = (text: string) => [...Buffer.from(`${text}\0`)];
const i8 = [...head(1, 0, 8, 8), ...u16(0), ...u16(64)];
const f4 = [...head(1, 1, 0x1f20, 4), ...u16(0), ...u16(32), 23, 8, 0, 23, ...u32(127)];
const array = [...head(3, 10, 0, 300), 1, ...u32(75), ...f4];
/** The table of a recording: version 3, packed. */
const spikes = [
  ...head(3, 6, 3, 309),
  ...name("timestamp"),
  ...u16(0),
  ...i8,
  ...name("channel"),
  ...u16(8),
  ...head(1, 0, 0, 1),
  ...u16(0),
  ...u16(8),
  ...name("samples"),
  ...u16(9),
  ...array,
];
const parse = (bytes: readonly number[]) => parseDatatype(Uint8Array.from(bytes), "f:/d", 32);

describe("a datatype message", () => {
  test("is read to the bit", () => {
    expect(parse(spikes)).toEqual({
      kind: "compound",
      bytes: 309,
      fields: [
        { name: "timestamp", offset: 0, type: { kind: "integer", bytes: 8, signed: true, bigEndian: false } },
        { name: "channel", offset: 8, type: { kind: "integer", bytes: 1, signed: false, bigEndian: false } },
        { name: "samples", offset: 9, type: { kind: "array", bytes: 300, of: { kind: "float", bytes: 4, bigEndian: false }, shape: [75] } },
      ],
    });
  });

  test("of a float of any other layout is not decoded", () => {
    // Sign, precision, exponent, mantissa and bias: each byte of the layout matters.
    for (let at = 8; at < f4.length; at++) {
      const other = [...f4];
      other[at] = (other[at] ?? 0) ^ 1;
      expect(parse(other)).toMatchObject({ kind: "unsupported" });
    }
    const vax = [...f4];
    vax[1] = 0x61;
    expect(parse(vax)).toMatchObject({ kind: "unsupported", why: expect.stringContaining("IEEE") });
  });

  test("cut at any byte is a format error", () => {
    for (let length = 0; length < spikes.length; length++)
      expect(() => parse(spikes.slice(0, length))).toThrow(expect.objectContaining({ code: "format" }));
  });

  test("of any bytes is a type or a typed error", () => {
    let cases = 0;
    const check = (bytes: Uint8Array) => {
      cases++;
      try {
        parseDatatype(bytes, "f:/d", 32);
      } catch (error) {
        if (!isSondeError(error)) throw error;
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), check), { numRuns: 5000 });
    fc.assert(
      fc.property(fc.nat(spikes.length - 1), fc.nat(255), (at, value) =>
        check(Uint8Array.from(spikes, (byte, k) => (k === at ? value : byte))),
      ),
      { numRuns: 5000 },
    );
    console.log(`datatype messages: ${cases}`);
  });

  test("that holds itself ends at the depth that is allowed", () => {
    const deep = Array.from({ length: 40 }, () => head(1, 9, 0, 16)).flat();
    expect(() => parse([...deep, ...i8])).toThrow(expect.objectContaining({ code: "limit", option: "limits.maxDepth" }));
  });
});

test("a type told by HDF5 is the type in the message", () => {
  const base = { signed: true, littleEndian: true, vlen: false, shape: [] };
  const told = {
    ...base,
    type: 6,
    size: 309,
    compound_type: {
      members: [
        { ...base, name: "timestamp", offset: 0, type: 0, size: 8 },
        { ...base, name: "channel", offset: 8, type: 0, size: 1, signed: false },
        { ...base, name: "samples", offset: 9, type: 10, size: 300, array_type: { ...base, type: 1, size: 4, shape: [75] } },
      ],
    },
  };
  expect(typeOfMetadata(told)).toEqual(parse(spikes));
});

test("turning the order of bytes twice changes nothing, and leaves what is little endian alone", () => {
  const type: DataType = {
    kind: "compound",
    bytes: 11,
    fields: [
      { name: "a", offset: 0, type: { kind: "integer", bytes: 4, signed: true, bigEndian: true } },
      { name: "b", offset: 4, type: { kind: "integer", bytes: 2, signed: true, bigEndian: false } },
      {
        name: "c",
        offset: 7,
        type: { kind: "array", bytes: 4, shape: [2], of: { kind: "integer", bytes: 2, signed: false, bigEndian: true } },
      },
    ],
  };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5 }), (rows) => {
      const bytes = Uint8Array.from({ length: rows * 11 }, (_, k) => k);
      const turned = bytes.slice();
      toLittleEndian(type, turned);
      if (rows > 0) expect([...turned.slice(0, 11)]).toEqual([3, 2, 1, 0, 4, 5, 6, 8, 7, 10, 9]);
      toLittleEndian(type, turned);
      expect(turned).toEqual(bytes);
    }),
  );
});
