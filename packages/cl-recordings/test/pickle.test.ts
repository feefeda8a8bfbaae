import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { isSondeError } from "@sonde/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePickle } from "../src/pickle/parse.js";
import { readPickle } from "../src/pickle/read.js";
import { pickleValue } from "../src/pickle/value.js";
import { treeOf } from "./support/tree.js";

type Case = { name: string; pickle: string; value: unknown };
const fixture: { values: Case[]; refused: Case[] } = JSON.parse(readFileSync(new URL("fixtures/pickles.json", import.meta.url), "utf8"));
const bytesOf = ({ pickle }: Case): Uint8Array => new Uint8Array(Buffer.from(pickle, "base64"));
const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));
const plainOf = (text: string): unknown => pickleValue(parsePickle(ascii(text)));

describe("what Python wrote", () => {
  test.each(fixture.values)("reads $name", (entry) => {
    const tree = treeOf(parsePickle(bytesOf(entry)));
    // Arrays in Fortran order are pickled in that order; the generator describes them in C order.
    if (entry.name.startsWith("arrays,")) expect(withoutFortran(tree)).toEqual(withoutFortran(entry.value));
    else expect(tree).toEqual(entry.value);
  });

  test.each(fixture.refused)("blocks $name", (entry) => {
    const bytes = bytesOf(entry);
    expect(readPickle(bytes)).toEqual({ kind: "blocked", reason: expect.stringContaining("pickle refused"), bytes });
  });
});

const withoutFortran = (tree: unknown): unknown => (tree as { list: unknown[] }).list.filter((_item, index) => index !== 5);

describe("plain values", () => {
  test("turns Fortran's order into C's", () => {
    for (const entry of fixture.values.filter(({ name }) => name.startsWith("arrays,"))) {
      const array = (pickleValue(parsePickle(bytesOf(entry))) as { data: unknown; shape: number[] }[])[5]!;
      expect(array).toMatchObject({ shape: [2, 3], data: Float64Array.of(0, 1, 2, 3, 4, 5) });
    }
  });

  test("keeps whole numbers exact", () => {
    expect(plainOf("(lp0\nI9007199254740991\naL9007199254740993L\naI-5\na.")).toEqual([9007199254740991, 9007199254740993n, -5]);
  });

  test("makes objects of dicts with text keys, whatever the keys", () => {
    const value = plainOf("(dp0\nV__proto__\n(dp1\nVpolluted\nI01\nssVconstructor\nI1\ns.") as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(["__proto__", "constructor"]);
    expect(({} as Record<string, unknown>).polluted).toBe(undefined);
  });

  test("makes maps of dicts with other keys", () => {
    expect(plainOf("(dI1\nVa\nsVb\nI2\ns.")).toEqual(new Map<unknown, unknown>([[1, "a"], ["b", 2]])); // biome-ignore format: one line
  });

  test("shares what the pickle shares", () => {
    const value = plainOf("(dVa\n(lp1\nI1\nasVb\ng1\ns.") as { a: unknown; b: unknown };
    expect(value.a).toBe(value.b);
  });

  test("reads the header of a recording", () => {
    const text = "(dp0\nVversion\np1\nVSDK\np2\nsVstim_and_spike_timestamps_relative_to_start\np3\nI01\ns.";
    expect(plainOf(text)).toEqual({ version: "SDK", stim_and_spike_timestamps_relative_to_start: true });
  });

  test("reads latin-1 bytes in a field declared ASCII", () => {
    expect(plainOf("V\xb5V \x80\x9f\\u20ac\\U0001f600\\x\n.")).toBe("µV \x80\x9f€😀\\x");
  });

  test("reads what Python 2 wrote", () => {
    expect(plainOf("(dS'a\\n\\x41\\101\\''\nL12L\ns.")).toEqual({ "a\nAA'": 12 });
  });
});

describe("malice", () => {
  test("blocks calls of the system, without calling anything", () => {
    for (const text of [
      "cos\nsystem\n(S'echo x'\ntR.",
      "cposix\nsystem\n(Vecho\ntR.",
      "c__builtin__\neval\n(V1\ntR.",
      "cbuiltins\ngetattr\n.",
      "(S'x'\nios\nsystem\n.",
      "(cos\nsystem\nS'x'\no.",
      "Pevil\n.",
      "Vx\nQ.",
      "\x82\x01.",
      "\x80\x02ccopyreg\n_reconstructor\n.",
      "\x8c\x02os\x8c\x06system\x93.",
      "c__builtin__\nset\n.",
      "cnumpy\ndtype\n(VV8\nI00\nI01\ntR.",
      "c_codecs\nencode\n(Vx\nVbase64\ntR.",
      "(dVa\nI1\nb.",
    ]) {
      expect(readPickle(ascii(text)), text).toMatchObject({ kind: "blocked", bytes: ascii(text) });
    }
  });

  test("leaves text that only ends in a full stop alone", () => {
    for (const text of [
      "abc.",
      "cold day.",
      "i.e. this.",
      "Public domain.",
      "0.",
      ".",
      "",
      "I1\n.x.",
      "I1\nI2\n.",
      "(I1\n.",
      "g0\n.",
      "I1x\n.",
      "F1,5\n.",
      "V\\u12\n.",
    ]) {
      expect(readPickle(ascii(text)), text).toBe(undefined);
    }
  });

  test("refuses cycles, deep nesting and values that multiply", () => {
    expect(readPickle(ascii("(lp0\ng0\na."))).toMatchObject({ kind: "blocked", reason: expect.stringContaining("contains itself") });
    expect(readPickle(ascii("(dp0\nVx\ng0\ns."))).toMatchObject({ kind: "blocked" });
    const deep = `${"(".repeat(100_000)}${"l".repeat(100_000)}.`;
    expect(readPickle(ascii(deep))).toMatchObject({ kind: "blocked", reason: expect.stringContaining("nesting") });
    expect(plainOf(`${"(".repeat(200)}${"l".repeat(200)}.`)).toBeInstanceOf(Array);
    const laughs = `(lp0\n${Array.from({ length: 100 }, (_, level) => `(g${level}\ng${level}\nlp${level + 1}\n0`).join("")}g100\n.`;
    expect(() => parsePickle(ascii(`0(l.`))).toThrow();
    const multiplied = `(lp0\n0${Array.from({ length: 100 }, (_, level) => `(g${level}\ng${level}\nlp${level + 1}\n0`).join("")}g100\n.`;
    expect(laughs.length).toBeLessThan(2000);
    expect(readPickle(ascii(multiplied))).toMatchObject({ kind: "blocked", reason: expect.stringContaining("values") });
  });

  test("copies no more than its budget from what the memo shares", () => {
    const text = `V${"x".repeat(1_000_000)}\np0\n0c_codecs\nencode\np1\n0(${"g1\n(g0\nVlatin1\ntR".repeat(100)}l.`;
    expect(readPickle(ascii(text))).toMatchObject({ kind: "blocked", reason: expect.stringContaining("bytes copied") });
  });

  test("refuses absurd lengths before taking memory for them", () => {
    for (const head of [
      "X\xff\xff\xff\x7f",
      "\x8d\xff\xff\xff\xff\xff\xff\xff\x7f",
      "B\xff\xff\xff\xff",
      "\x8b\xff\xff\xff\x7f",
      "T\xff\xff\xff\xff",
      "\x95\xff\xff\xff\xff\xff\xff\xff\xff",
    ]) {
      expect(readPickle(ascii(`${head}abc.`)), head).toBe(undefined);
    }
    expect(readPickle(ascii(`I${"9".repeat(5000)}\n.`))).toMatchObject({ kind: "blocked", reason: expect.stringContaining("digits") });
    expect(readPickle(ascii("N0".repeat(600_000) + "N."))).toMatchObject({ kind: "blocked", reason: expect.stringContaining("opcodes") });
  });

  test("reads no truncated pickle, at any offset", () => {
    let count = 0;
    for (const entry of fixture.values) {
      const bytes = bytesOf(entry);
      for (let length = 0; length < bytes.length; length++) {
        const result = readPickle(bytes.subarray(0, length));
        expect(result === undefined || "kind" in result || isWholePrefix(bytes, length)).toBe(true);
        count++;
      }
    }
    console.log(`${count} truncated pickles`);
  });

  test("answers any bytes with a value, a refusal or nothing", () => {
    const property = fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const withStop = Uint8Array.of(...bytes, 0x2e);
      const result = readPickle(withStop);
      expect(result === undefined || "value" in result || result.kind === "blocked").toBe(true);
    });
    fc.assert(property, { numRuns: 5000 });
    console.log("5000 strings of bytes");
  });

  test("survives every flipped byte with a known error", () => {
    let count = 0;
    for (const entry of fixture.values.filter(({ name }) => /nested|arrays|keys/.test(name))) {
      const bytes = bytesOf(entry);
      for (let offset = 0; offset < bytes.length; offset++) {
        for (const mask of [0x01, 0x20, 0x80]) {
          const flipped = bytes.slice();
          flipped[offset] = flipped[offset]! ^ mask;
          try {
            pickleValue(parsePickle(flipped));
          } catch (error) {
            expect(isSondeError(error), String(error)).toBe(true);
          }
          count++;
        }
      }
    }
    console.log(`${count} flipped bytes`);
  });
});

/** Protocol 0 has values that go on after a full stop inside of text: a prefix can be a pickle of its own. */
function isWholePrefix(bytes: Uint8Array, length: number): boolean {
  return bytes[length - 1] === 0x2e;
}
