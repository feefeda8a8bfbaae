import { isSondeError } from "@sonde/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPickle } from "../../src/pickle/read.js";
import { type Picklable, writePickle } from "../../src/write/pickle.js";

const read = (value: Picklable): unknown => {
  const found = readPickle(writePickle(value));
  if (found === undefined || !("value" in found)) throw new Error(`not read: ${JSON.stringify(found)}`);
  return found.value;
};
const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);

describe("writePickle", () => {
  it("writes protocol 0 as Python's reader takes it", () => {
    expect(text(writePickle({ score: 1, ok: true }))).toBe("(dVscore\nI1\nsVok\nI01\ns.");
    expect(text(writePickle([null, 9.9, 2n ** 64n]))).toBe("(lNaF9.9\naL18446744073709551616L\na.");
    expect(text(writePickle("µ\\\n€𝄞"))).toBe("V\u00b5\\u005c\\u000a\\u20ac\\U0001d11e\n.");
    expect(text(writePickle(Uint8Array.of(255)))).toBe("c_codecs\nencode\n(V\u00ff\nVlatin1\ntR.");
  });

  it("is read back to the same value, whatever it is", () => {
    let cases = 0;
    const leaf = fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.double(),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 90n }),
      fc.string({ unit: "binary" }),
      fc.uint8Array(),
    );
    const { value } = fc.letrec<{ value: Picklable }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        leaf,
        fc.array(tie("value")),
        fc.dictionary(fc.string({ unit: "binary" }), tie("value"), { noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (wanted) => {
        cases++;
        expect(normal(read(wanted))).toEqual(normal(wanted));
      }),
      { numRuns: 200 },
    );
    console.log(`${cases} values pickled and read`);
  });

  it("keeps -0, keys called __proto__ and keys of Maps that are no text", () => {
    expect(Object.is(read(-0), -0)).toBe(true);
    const own = read({ ["__proto__"]: 1 });
    expect(Object.hasOwn(own as object, "__proto__")).toBe(true);
    expect(text(writePickle(new Map<Picklable, Picklable>([[1, "one"]])))).toBe("(dI1\nVone\ns.");
  });

  it("takes more bytes than a call takes arguments", () => {
    const bytes = new Uint8Array(200_000).fill(200);
    expect(Buffer.compare(read(bytes) as Uint8Array, bytes)).toBe(0);
  });

  it("refuses what Python has no word for, and cycles", () => {
    class Own {}
    for (const value of [undefined, () => {}, Symbol("s"), new Date(), new Own(), Float64Array.of(1), new Set()]) {
      let error: unknown;
      try {
        writePickle([value as never]);
      } catch (caught) {
        error = caught;
      }
      expect(isSondeError(error, "options")).toBe(true);
    }
    const cycle: Picklable[] = [];
    cycle.push(cycle);
    expect(() => writePickle(cycle)).toThrow(/cycle/);
  });
});

/** Dictionaries as entries: a reader's have no prototype. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (value instanceof Uint8Array || typeof value !== "object" || value === null) return value;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return { entries: entries.map(([key, item]) => [key, normal(item)]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)) };
}
