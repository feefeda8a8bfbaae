import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { Complex, decode, Extension, encode, MsgpackTimestamp, NdArray, Opaque } from "../src/index.js";

const root = resolve(import.meta.dirname, "../../..");
const folder = resolve(root, process.env.SONDE_REFERENCE ?? "../shared/data", "corpora/msgpack");
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll("-", ""), "hex"));
const read = (name: string): unknown => JSON.parse(readFileSync(resolve(folder, name), "utf8"));

it("has the reference corpora of MessagePack", () => {
  expect(existsSync(folder), `no corpora at ${folder}: set SONDE_REFERENCE to the folder that holds corpora/msgpack`).toBe(true);
});

interface Case {
  readonly msgpack: readonly string[];
  readonly [type: string]: unknown;
}

describe.runIf(existsSync(folder))("msgpack-test-suite", () => {
  it("decodes every encoding of every value, and writes each back as it was", () => {
    const suite = read("msgpack-test-suite.json") as { readonly [group: string]: readonly Case[] };
    let count = 0;
    for (const [group, cases] of Object.entries(suite)) {
      for (const { msgpack, ...typed } of cases) {
        for (const hex of msgpack) {
          const bytes = bytesOf(hex);
          expect(decode(bytes), `${group} ${hex}`).toEqual(expected(typed));
          expect(encode(decode(bytes, { exact: true })), `${group} ${hex}`).toEqual(bytes);
          count++;
        }
        expect(decode(encode(expected(typed))), group).toEqual(expected(typed));
      }
    }
    console.log(`${count} encodings of msgpack-test-suite decoded and written back`);
    expect(count).toBe(233);
  });
});

function expected(typed: { readonly [type: string]: unknown }): unknown {
  const type =
    ["binary", "timestamp", "ext", "bignum", "bool", "map", "array", "string", "number", "nil"].find((name) => name in typed) ?? "nil";
  const value = typed[type];
  switch (type) {
    case "binary":
      return bytesOf(value as string);
    case "bignum": {
      const exact = BigInt(value as string);
      return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
    }
    case "timestamp": {
      const [seconds, nanoseconds] = value as [number, number];
      return new MsgpackTimestamp(BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds));
    }
    case "ext": {
      const [number, hex] = value as [number, string];
      return new Extension(number, bytesOf(hex));
    }
    default:
      return value;
  }
}

interface Golden {
  readonly name: string;
  readonly hex: string;
  readonly expect: {
    readonly dtype?: string | readonly (readonly string[])[];
    readonly shape?: readonly number[];
    readonly values?: readonly unknown[];
    readonly scalar?: string;
    readonly complex?: readonly [number, number];
    readonly mustReject?: boolean;
    readonly note?: string;
  };
}

/** As the file writes values: text for bigints beyond 2^53 and for what JSON lacks, pairs for complex numbers, tuples for records. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) return Object.is(value, -0) ? "-0" : String(value);
  if (value instanceof Complex) return [value.re, value.im];
  if (typeof value === "object" && value !== null) return Object.values(value).map(plain);
  return value;
}

describe.runIf(existsSync(folder))("msgpack-numpy", () => {
  it("decodes what msgpack-numpy wrote, and writes arrays as it does", () => {
    const golden = read("msgpack-numpy.GOLDEN.json") as readonly Golden[];
    const counts = { arrays: 0, scalars: 0, complex: 0, opaque: 0, nested: 0 };
    for (const { name, hex, expect: want } of golden) {
      const bytes = bytesOf(hex);
      expect(encode(decode(bytes, { exact: true })), name).toEqual(bytes);
      const value = decode(bytes);
      if (want.mustReject) {
        expect(value, name).toBeInstanceOf(Opaque);
        counts.opaque++;
      } else if (want.values !== undefined) {
        if (!(value instanceof NdArray)) throw new Error(`${name} is no array`);
        expect(typeof want.dtype === "string" ? value.dtype : value.descr, name).toEqual(want.dtype);
        expect(value.shape, name).toEqual(want.shape);
        expect([...value.values()].map(plain), name).toEqual(want.values);
        expect(encode(value), name).toEqual(bytes);
        counts.arrays++;
      } else if (want.complex !== undefined) {
        expect(value).toEqual(new Complex(...want.complex));
        expect(encode(value)).toEqual(bytes);
        counts.complex++;
      } else if (want.scalar !== undefined) {
        expect(plain(value), name).toEqual(want.scalar.endsWith("b1") ? true : want.scalar.includes("c") ? [1, 0] : 1);
        counts.scalars++;
      } else {
        expect(String((value as unknown as { readonly x: readonly unknown[] }).x[0])).toBe("[0 1]");
        expect((value as unknown as { readonly x: readonly unknown[] }).x[1]).toEqual({ y: 1.5 });
        counts.nested++;
      }
    }
    console.log(`${golden.length} encodings of msgpack-numpy: ${JSON.stringify(counts)}`);
    expect(golden.length).toBe(95);
  });
});
