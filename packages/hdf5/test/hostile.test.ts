import { isSondeError } from "@sonde/core/bytes";
import { describe, expect, test } from "vitest";
import { type Hdf5File, openHdf5 } from "../src/index.js";
import { fixture, fixtureBytes, refusal, using } from "./fixture.js";

describe("bombs", () => {
  test("are refused by their bytes before memory is taken, naming the option that raises the limit", () =>
    using(fixture("bombs.h5"), async (file) => {
      const before = process.memoryUsage().rss;
      const expected = {
        huge: "limits.maxReadBytes",
        sparse: "limits.maxRatio",
        wide: undefined,
        chunk: "limits.maxChunkBytes",
        element: undefined,
        contiguous: "limits.maxReadBytes",
      };
      for (const [name, option] of Object.entries(expected)) {
        const started = performance.now();
        const error = await refusal((await file.dataset(name)).read());
        expect(error, name).toMatchObject(option === undefined ? { code: "limit" } : { code: "limit", option });
        expect(performance.now() - started).toBeLessThan(1000);
      }
      expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20);
    }));

  test("can be looked into in part, where the part is small", () =>
    using(fixture("bombs.h5"), async (file) => {
      // A chunk of 64 MiB goes through its filters once, not once for each piece.
      const started = performance.now();
      expect((await (await file.dataset("slow")).read()).length).toBe(2 ** 23);
      expect(performance.now() - started).toBeLessThan(8000);
      expect(await (await file.dataset("huge")).read({ rows: { start: 2 ** 39, end: 2 ** 39 + 3 } })).toEqual(Float64Array.of(0, 0, 0));
      expect((await (await file.dataset("zeros")).read()).length).toBe(1 << 20);
      for await (const block of (await file.dataset("huge")).blocks()) {
        expect(block.values.byteLength).toBeLessThanOrEqual(4 << 20);
        if (block.rows.start > 0) break;
      }
    }));

  test("of chunks that inflate past what they declare run into the cap of the heap, and the memory comes back", () =>
    using(fixture("bombs.h5"), async (file) => {
      let peak = 0;
      const before = process.memoryUsage().rss;
      const watch = setInterval(() => {
        peak = Math.max(peak, process.memoryUsage().rss - before);
      }, 5);
      const error = await refusal((await file.dataset("inflating")).read()).finally(() => clearInterval(watch));
      expect(["format", "limit"]).toContain(error.code);
      expect(peak).toBeLessThan(600 << 20);
      // In a new worker.
      expect((await (await file.dataset("zeros")).read()).length).toBe(1 << 20);
      expect(process.memoryUsage().rss - before).toBeLessThan(150 << 20);
    }));

  test("of types inside types end at the depth that is allowed", () =>
    using(fixture("bombs.h5"), async (file) => {
      expect(await refusal(file.dataset("nested"))).toMatchObject({ code: "limit", option: "limits.maxDepth" });
    }));
});

test("types of thousands of levels are refused without harm to other files", () =>
  using(fixture("small.h5"), (innocent) =>
    using(fixture("deep-type.h5"), async (file) => {
      for (const name of ["deep", "deeper"]) {
        expect(["format", "limit"]).toContain((await refusal(file.dataset(name))).code);
        expect((await (await innocent.dataset("numbers")).read()).length).toBe(32);
      }
    }),
  ));

test("a heap of strings in which HDF5 goes round for ever is given up, and other files go on", () => {
  const bytes = fixtureBytes("arrays.h5");
  // After the strings of the collection comes its free space: with an index instead of 0, an object without a size.
  const at = Buffer.from(bytes).indexOf("GCOL") + 368;
  bytes[at] = 255;
  return using(fixture("small.h5"), (innocent) =>
    using(
      bytes,
      async (file) => {
        const reading = refusal((await file.dataset("variable")).strings());
        const waiting = (await innocent.dataset("numbers")).read();
        expect(await reading).toMatchObject({ code: "limit", option: "limits.answerWithinMs" });
        expect((await waiting).length).toBe(32);
        expect((await (await file.dataset("samples")).read({ rows: { start: 0, end: 1 } }))[0]).toBe(-1000);
      },
      { limits: { answerWithinMs: 500 }, name: "endless" },
    ),
  );
});

test("an attribute in which HDF5 goes round for ever is given up alone, of all that was asked for with it", async () => {
  const bytes = fixtureBytes("attributes.h5");
  const at = Buffer.from(bytes).indexOf("GCOL");
  expect(at).toBeGreaterThan(0);
  // Behind its last object lies free space: with an index, and a length that leads back.
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let free = at + 16;
  while (view.getUint16(free, true) !== 0) free += 16 + 8 * Math.ceil(Number(view.getBigUint64(free + 8, true)) / 8);
  view.setUint16(free, 255, true);
  view.setBigUint64(free + 8, 2n ** 64n - 16n, true);
  await using(
    bytes,
    async (file) => {
      const [before, given, after] = await Promise.all([file.children("/"), refusal(file.attributes("/")), file.children("/")]);
      expect(given).toMatchObject({ code: "limit", option: "limits.answerWithinMs" });
      expect(after).toEqual(before);
    },
    { limits: { answerWithinMs: 500 }, name: "endless" },
  );
});

describe("cycles", () => {
  test("of hard links are walked once", () =>
    using(fixture("cycle.h5"), async (file) => {
      const paths: string[] = [];
      for await (const { path } of file.walk()) paths.push(path);
      // A second name of an object, such as `/same_leaf`, is no second object.
      expect(paths).toEqual(["/a", "/a/b", "/a/leaf"]);
      expect(await (await file.dataset("a/b/back/b/back/leaf")).read()).toHaveLength(2);
    }));

  test("and depth and number of objects are bounded", async () => {
    const walk = async (file: Hdf5File) => {
      for await (const _ of file.walk());
    };
    expect(await using(fixture("deep.h5"), (file) => refusal(walk(file)))).toMatchObject({ code: "limit", option: "limits.maxDepth" });
    expect(await using(fixture("arrays.h5"), (file) => refusal(walk(file)), { limits: { maxObjects: 30 } })).toMatchObject({
      code: "limit",
      option: "limits.maxObjects",
    });
  });
});

describe("numbers that would come out wrong", () => {
  test("are refused: floats that are not IEEE 754, integers of fewer bits, with and without the N-bit filter", () =>
    using(fixture("strange.h5"), async (file) => {
      const reasons: Record<string, string> = {
        nbit_float: "not IEEE 754",
        narrow_float: "not IEEE 754",
        bfloat16: "not IEEE 754",
        nbit_int: "integer of 12 bits in 2 bytes",
        longdouble: "float of 16 bytes",
      };
      for (const [name, reason] of Object.entries(reasons)) {
        const error = await refusal((await file.dataset(name)).read());
        expect(error.code).toBe("unsupported");
        expect(error.message).toContain(reason);
      }
      expect(await (await file.dataset("time")).read()).toEqual(Int32Array.of(5, 6));
    }));

  test("are refused behind filters that are not built in, by id and name", () =>
    using(fixture("filters.h5"), async (file) => {
      for (const name of ["zlib", "shuffled"]) expect((await (await file.dataset(name)).read())[999]).toBe(999);
      const blosc = await refusal((await file.dataset("blosc")).read());
      expect(blosc.message).toContain("filter 32001 (blosc)");
      expect((await refusal((await file.dataset("bzip2")).read())).message).toContain("filter 307 (bzip2)");
    }));
});

describe("files that are none, or no more whole", () => {
  test("are told apart from missing ones", async () => {
    expect(await refusal(openHdf5(fixture("nowhere.h5")))).toMatchObject({ code: "not-found" });
    for (const name of ["not-hdf5.h5", "signature-only.h5"]) expect((await refusal(openHdf5(fixture(name)))).code).toBe("format");
    expect((await refusal(openHdf5(new Uint8Array()))).code).toBe("format");
    expect((await refusal(openHdf5(fixture("")))).code).toBe("connection");
    expect((await refusal(openHdf5("https://example.invalid\u0000/"))).message).toBeTruthy();
  });

  test("cut anywhere give a typed error, in time", async () => {
    let cases = 0;
    for (const name of ["small.h5", "small-new.h5"]) {
      const whole = fixtureBytes(name);
      for (let length = 0; length < whole.length; length += 37) {
        const started = performance.now();
        const outcome = await everything(whole.subarray(0, length));
        expect(outcome.errors, `${name} cut at ${length}`).not.toHaveLength(0);
        expect(performance.now() - started).toBeLessThan(2000);
        cases++;
      }
    }
    console.log(`truncations: ${cases}`);
  }, 60_000);

  test("with one byte flipped give the right numbers or a typed error, in time", async () => {
    let cases = 0;
    let refused = 0;
    let worst = 0;
    for (const [name, step] of [
      ["small.h5", 11],
      ["small-new.h5", 5],
    ] as const) {
      const whole = fixtureBytes(name);
      for (let at = 0; at < whole.length; at += step) {
        const bytes = whole.slice();
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8)) ^ (at % 3 === 0 ? 0xa0 : 0);
        const started = performance.now();
        const outcome = await everything(bytes);
        worst = Math.max(worst, performance.now() - started);
        cases++;
        if (outcome.errors.length > 0) refused++;
        // In the newer format metadata has checksums, and these chunks have one: nothing else may come out.
        if (name === "small-new.h5" && outcome.numbers !== undefined)
          expect(outcome.numbers, `byte ${at}`).toBe(Array.from({ length: 32 }, (_, k) => k).join());
      }
    }
    expect(worst).toBeLessThan(2000);
    console.log(`flipped bytes: ${cases}, refused ${refused}, slowest ${worst.toFixed(0)} ms`);
  }, 120_000);
});

/** All there is in a file, as far as it can be had. Anything but a typed error fails the test. */
async function everything(bytes: Uint8Array): Promise<{ readonly errors: unknown[]; readonly numbers: string | undefined }> {
  const errors: unknown[] = [];
  let numbers: string | undefined;
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!isSondeError(error)) throw error;
      errors.push(error);
    }
  };
  await attempt(() =>
    using(bytes, async (file) => {
      await attempt(async () => {
        for await (const { kind, path } of file.walk()) {
          if (kind === "link" || kind === "damaged") {
            errors.push(path);
            continue;
          }
          await attempt(async () => {
            for (const { error } of (await file.attributes(path)).values()) if (error !== undefined) errors.push(error);
          });
          if (kind !== "dataset") continue;
          await attempt(async () => {
            const dataset = await file.dataset(path);
            if (dataset.type.kind === "compound") await dataset.fields();
            else if (dataset.type.kind === "string") await dataset.strings();
            else {
              const values = await dataset.read();
              if (path === "/numbers") numbers = values.join();
            }
          });
        }
      });
    }),
  );
  return { errors, numbers };
}
