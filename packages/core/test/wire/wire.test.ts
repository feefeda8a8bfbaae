import type { RecordBatch } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NdArray } from "../../src/contract.js";
import { isSondeError, sondeError } from "../../src/errors.js";
import { fromIPC } from "../../src/formats/ipc.js";
import { joinBytes } from "../../src/formats/uniform.js";
import {
  arraysOf,
  arrayToBatch,
  descriptionFromWire,
  descriptionToWire,
  errorFromWire,
  errorToWire,
  framesOf,
  fromWireJson,
  linesOf,
  readFrames,
  readLines,
  streamFromWire,
  streamToWire,
  toWireJson,
} from "../../src/wire/index.js";
import { everyBatch, everySchema } from "../formats/sample.js";
import { rowsOfBatch } from "../kernels/brute.js";

const failure = async (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function* batches(count: number, error?: unknown): AsyncGenerator<RecordBatch> {
  for (let index = 0; index < count; index++) yield everyBatch;
  if (error !== undefined) throw error;
}

async function gather(chunks: AsyncIterable<Uint8Array>): Promise<{ rows: unknown[]; error?: unknown }> {
  const rows: unknown[] = [];
  try {
    const frames = await readFrames(chunks, { what: "x" });
    for await (const batch of frames.batches) rows.push(...rowsOfBatch(batch));
    return { rows };
  } catch (error) {
    return { rows, error };
  }
}

describe("frames", () => {
  test("bring batches back as they were, in pieces of any size", async () => {
    const bytes = await joinBytes(framesOf(batches(3)));
    const expected = [1, 2, 3].flatMap(() => rowsOfBatch(everyBatch));
    for (const size of [1, 7, 64, 1000, bytes.length]) expect(await gather(pieces(bytes, size))).toEqual({ rows: expected });
    expect(fromIPC(bytes).numRows).toBe(3 * everyBatch.numRows);
  });

  test("a schema comes alone where there are no rows", async () => {
    const bytes = await joinBytes(framesOf(batches(0), { schema: everySchema }));
    const { schema } = await readFrames(pieces(bytes, 100), { what: "x" });
    expect(schema.fields.map(({ name }) => name)).toEqual(everySchema.fields.map(({ name }) => name));
  });

  test("an error after the first batch arrives behind it, and no reader of Arrow takes the stream for whole", async () => {
    const error = sondeError("overrun", "too slow", { resumeFrom: 12_345_678_901_234_567_890n });
    const bytes = await joinBytes(framesOf(batches(2, error)));
    const got = await gather(pieces(bytes, 33));
    expect(got.rows).toHaveLength(2 * everyBatch.numRows);
    expect(got.error).toMatchObject({ code: "overrun", message: "too slow", resumeFrom: 12_345_678_901_234_567_890n });
    expect(() => fromIPC(bytes)).toThrow();
  });

  test("an error before the first batch is thrown, for there is still an answer to give it in", async () => {
    const error = sondeError("not-found", "none", { id: "x" });
    await expect(joinBytes(framesOf(batches(0, error)))).rejects.toBe(error);
  });

  test("cut off anywhere, they say so, and what was whole is delivered", async () => {
    const bytes = await joinBytes(framesOf(batches(2)));
    for (let length = 0; length < bytes.length; length++) {
      const { rows, error } = await gather(pieces(bytes.subarray(0, length), 512));
      expect(isSondeError(error, "connection") && error.retryable, `cut at ${length}`).toBe(true);
      expect([0, everyBatch.numRows, 2 * everyBatch.numRows]).toContain(rows.length);
    }
    console.log(`frames cut off: ${bytes.length} cases`);
  });

  test("flipped bytes give an error of ours or rows, never anything else", async () => {
    const bytes = await joinBytes(framesOf(batches(1)));
    let cases = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        cases++;
        const damaged = bytes.slice();
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        const { error } = await gather(pieces(damaged, 4096));
        if (error !== undefined) expect(isSondeError(error)).toBe(true);
      }),
      { numRuns: 500 },
    );
    console.log(`frames with a byte flipped: ${cases} cases`);
  });

  test("a promise of more bytes than allowed is refused before they come", async () => {
    const bytes = await joinBytes(framesOf(batches(1)));
    const frames = await readFrames(pieces(bytes, 64), { what: "x", maxBytes: 16 });
    const error = await failure(frames.batches.next());
    expect(isSondeError(error, "limit") && error.allowed).toBe(16);
  });

  test("leaving early returns the pieces' iterator", async () => {
    const bytes = await joinBytes(framesOf(batches(3)));
    let returned = false;
    async function* watched() {
      try {
        yield* pieces(bytes, 64);
      } finally {
        returned = true;
      }
    }
    const frames = await readFrames(watched(), { what: "x" });
    await frames.batches.next();
    await frames.batches.return();
    expect(returned).toBe(true);
  });
});

describe("JSON", () => {
  test("keeps integers of any size and every key", () => {
    let cases = 0;
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false),
        fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
        fc.string(),
        fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
        fc.array(tie("json"), { maxLength: 4 }),
        fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("$int", "$$int", "$$$int", "__proto__", "constructor")), tie("json"), {
          maxKeys: 4,
          noNullPrototype: true,
        }),
      ),
    }));
    fc.assert(
      fc.property(json, (value) => {
        cases++;
        expect(fromWireJson(toWireJson(value))).toEqual(value);
      }),
      { numRuns: 1000 },
    );
    console.log(`wire JSON: ${cases} cases`);
  });
});

describe("errors", () => {
  test("keep what their code carries, and nothing else", () => {
    const error = sondeError("limit", "too much", {
      what: "rows",
      asked: 2n ** 70n,
      allowed: 5,
      option: "maxRows",
      cause: new Error("secret"),
    });
    expect(errorToWire(error)).not.toContain("secret");
    expect(errorFromWire(errorToWire(error))).toMatchObject({ code: "limit", asked: 2n ** 70n, allowed: 5, option: "maxRows" });
    expect(errorToWire(new Error("password=hunter2"))).not.toContain("hunter2");
  });

  test("of another make are an error format", () => {
    for (const text of ["", "{}", "<html>", '{"code":"toString","message":"x"}', "[1]", '{"code":"auth","message":5}'])
      expect(isSondeError(errorFromWire(text), "format")).toBe(true);
  });
});

describe("lists", () => {
  async function* items(error?: unknown) {
    yield { a: 2n ** 64n };
    yield null;
    if (error !== undefined) throw error;
  }
  const read = async (bytes: Uint8Array, size: number) => {
    const got: unknown[] = [];
    for await (const item of readLines(pieces(bytes, size), "x")) got.push(item);
    return got;
  };

  test("come back whole, cut off they say so, and an error comes after what was good", async () => {
    const bytes = await joinBytes(linesOf(items()));
    for (const size of [1, 5, 1000]) expect(await read(bytes, size)).toEqual([{ a: 2n ** 64n }, null]);
    for (let length = 0; length < bytes.length - 1; length++) {
      expect(isSondeError(await failure(read(bytes.subarray(0, length), 16)), "connection"), `cut at ${length}`).toBe(true);
    }
    const failed = await joinBytes(linesOf(items(sondeError("auth", "no", { status: 401 }))));
    expect(await failure(read(failed, 16))).toMatchObject({ code: "auth", status: 401 });
  });

  test("of another make are an error format", async () => {
    for (const text of ["<html>\n", "[1]\n", "{}\n", '{"item":\n'])
      expect(isSondeError(await failure(read(new TextEncoder().encode(text), 4)), "format"), text).toBe(true);
  });
});

test("streams and descriptions come back with their exact schema, numbers and metadata", async () => {
  const description = {
    kind: "series",
    schema: everySchema,
    extent: { start: -5n, end: 1_600_000_000_000_000_001n },
    rows: 12,
    clock: { origin: 7n, ticks: 25_000n, per: 1_000_000_000n },
    accuracy: 3n,
    version: "v1",
  } as const;
  expect(descriptionFromWire(JSON.parse(JSON.stringify(await descriptionToWire(description))))).toEqual({
    ...description,
    schema: expect.objectContaining({ fields: expect.any(Array) }),
  });
  const stream = { id: "a/../b", name: "ä", collection: "c", metadata: { exact: 2n ** 60n, __proto__x: null }, known: description };
  const back = streamFromWire(fromWireJson(toWireJson(await streamToWire(stream, ["windows", "of-tomorrow"]))));
  expect(back).toMatchObject({ id: "a/../b", name: "ä", metadata: { exact: 2n ** 60n }, abilities: ["windows"] });
  expect(back.known?.extent).toEqual(description.extent);
  expect(isSondeError(await failure(Promise.resolve().then(() => streamFromWire({ id: 5 }))), "format")).toBe(true);
});

test("arrays come back with their type, shape and bytes", () => {
  const datas = [
    Uint8Array.of(1, 2),
    Int16Array.of(-1, 5),
    Float32Array.of(0.5, Number.NaN),
    Float64Array.of(1, 2),
    BigInt64Array.of(-1n, 2n),
  ];
  for (const data of datas) {
    const array: NdArray = {
      time: 1_600_000_000_000_000_001n,
      ref: "r",
      field: "image",
      shape: [1, 2],
      dims: ["height", "width"],
      level: 0,
      data,
    };
    expect([...arraysOf(arrayToBatch(array))]).toEqual([array]);
    const { dims: _, ...bare } = array;
    expect([...arraysOf(arrayToBatch(bare))]).toEqual([bare]);
    expect(() => [...arraysOf(arrayToBatch({ ...array, shape: [3, 2] }))]).toThrow("are not 3 × 2");
  }
});
