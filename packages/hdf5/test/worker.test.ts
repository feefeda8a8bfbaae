import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type ByteSource, faulty, fromBytes, sondeError } from "@sonde/core/bytes";
import { build } from "tsup";
import { describe, expect, test } from "vitest";
import { openHdf5 } from "../src/index.js";
import { fixture, fixtureBytes, refusal, using } from "./fixture.js";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");
const numbers = Array.from({ length: 32 }, (_, k) => k);

describe("bytes", () => {
  test("come from a path, a URL, bytes, a Blob, or any source, and are the same", async () => {
    const bytes = fixtureBytes("small.h5");
    const inputs = [
      fixture("small.h5"),
      new URL(`file://${fixture("small.h5")}`),
      `file://${fixture("small.h5")}`,
      bytes,
      new Blob([Uint8Array.from(bytes)]),
      fromBytes(bytes),
    ];
    for (const input of inputs) {
      await using(input, async (file) => {
        expect(file.byteSize).toBe(bytes.length);
        expect([...(await (await file.dataset("numbers")).read())]).toEqual(numbers);
      });
    }
    expect(await refusal(openHdf5("s3://bucket/key.h5"))).toMatchObject({ code: "unsupported" });
    expect(await refusal(openHdf5(new URL("s3://bucket/key.h5")))).toMatchObject({ code: "unsupported" });
  });

  test("that fail at any one read give that very error, and the next call works", async () => {
    // Behind a user block of 512 KiB, so that it takes several blocks of the source.
    const small = fixtureBytes("small.h5");
    const bytes = new Uint8Array(2 ** 19 + small.length);
    bytes.set(small, 2 ** 19);
    const injected = sondeError("connection", "the store did not answer", { retryable: true });
    let failAt = 1;
    for (; failAt < 50; failAt++) {
      const source = faulty(fromBytes(bytes, "small"), { failAt, error: injected });
      const opened = await openHdf5(source).catch((error: unknown) => error);
      if (opened instanceof Error) {
        expect(opened).toBe(injected);
        expect(source.closed).toBe(true);
        continue;
      }
      const file = opened as Awaited<ReturnType<typeof openHdf5>>;
      const readAll = async () => [...(await (await file.dataset("numbers")).read())];
      const outcome = await readAll().catch((error: unknown) => error);
      if (source.failures > 0) {
        expect(outcome).toBe(injected);
        expect(await readAll()).toEqual(numbers);
      }
      await file.close();
      expect(source.closed).toBe(true);
      if (source.failures === 0) break;
    }
    expect(failAt).toBeLessThan(50);
    console.log(`faults: each of ${failAt - 1} reads failed once`);
  });

  test("that a source refuses, or gives too few of, are a connection error that keeps the cause", async () => {
    const bytes = fixtureBytes("arrays.h5");
    let reads = 0;
    const slow: ByteSource = {
      ...fromBytes(bytes),
      read: async (range, options) => {
        reads++;
        return fromBytes(bytes).read(range, options);
      },
    };
    await using(slow, async (file) => expect((await (await file.dataset("samples")).read()).length).toBe(4800));
    expect(reads).toBeGreaterThan(0);
    const foreign: ByteSource = {
      name: "foreign",
      size: async () => bytes.length,
      close: async () => {},
      read: async () => Promise.reject(new TypeError("no")),
    };
    const error = await refusal(openHdf5(foreign));
    expect(error).toMatchObject({ code: "connection", target: "foreign" });
    expect(error.cause).toBeInstanceOf(TypeError);
    const short: ByteSource = { ...foreign, read: async () => new Uint8Array(3) };
    expect((await refusal(openHdf5(short))).message).toContain("3 bytes of");
  });
});

describe("aborting", () => {
  test("before the call makes no call, and rejects with the reason itself", async () => {
    const reason = { why: "changed my mind" };
    const signal = AbortSignal.abort(reason);
    await expect(openHdf5(fixture("small.h5"), { signal })).rejects.toBe(reason);
    await using(fixture("small.h5"), async (file) => {
      await expect(file.children("/", { signal })).rejects.toBe(reason);
      await expect((await file.dataset("numbers")).read({ signal })).rejects.toBe(reason);
    });
  });

  test("in the middle rejects at once, starts nothing more, and leaves the file usable", () =>
    using(
      fixture("bombs.h5"),
      async (file) => {
        const sparse = await file.dataset("sparse");
        const controller = new AbortController();
        const reason = new Error("enough");
        const reading = sparse.read({ signal: controller.signal });
        const queued = Array.from({ length: 20 }, () => sparse.read({ signal: controller.signal }));
        setTimeout(() => controller.abort(reason), 20);
        const started = performance.now();
        await expect(reading).rejects.toBe(reason);
        for (const outcome of await Promise.allSettled(queued)) expect(outcome).toMatchObject({ status: "rejected", reason });
        expect(performance.now() - started).toBeLessThan(300);
        expect(await sparse.read({ rows: { start: 0, end: 2 } })).toEqual(Uint8Array.of(0, 0));
      },
      { limits: { maxRatio: Number.POSITIVE_INFINITY } },
    ));

  test("wakes the worker from a source that never answers", async () => {
    const bytes = fixtureBytes("small.h5");
    let answer = true;
    const source: ByteSource = {
      ...fromBytes(bytes),
      read: (range, options) => (answer ? fromBytes(bytes).read(range, options) : new Promise(() => {})),
    };
    answer = false;
    const controller = new AbortController();
    const opening = openHdf5(source, { signal: controller.signal });
    setTimeout(() => controller.abort("too slow"), 30);
    await expect(opening).rejects.toBe("too slow");
    await using(fixture("small.h5"), async (file) => expect(await file.children()).toHaveLength(3));
  });

  test("of one of many waiters on the same signal warns of no leak", async () => {
    const warnings: unknown[] = [];
    process.on("warning", (warning) => warnings.push(warning));
    const { signal } = new AbortController();
    await using(fixture("small.h5"), async (file) => {
      const dataset = await file.dataset("numbers");
      await Promise.all(Array.from({ length: 40 }, () => dataset.read({ signal })));
    });
    await new Promise((done) => setTimeout(done, 10));
    expect(warnings).toEqual([]);
  });
});

describe("the worker", () => {
  test("does not count the time that a source takes", async () => {
    const bytes = fixtureBytes("small.h5");
    const slow: ByteSource = {
      ...fromBytes(bytes),
      read: async (range, options) => {
        await new Promise((done) => setTimeout(done, 700));
        return fromBytes(bytes).read(range, options);
      },
    };
    await using(slow, async (file) => expect(await file.children()).toHaveLength(3), { limits: { answerWithinMs: 500 } });
  });

  test("answers after thousands of errors, and its stack is whole", () =>
    using(fixture("small.h5"), async (file) => {
      for (let k = 0; k < 1200; k++) expect((await refusal(file.dataset(`nowhere${k}`))).code).toBe("not-found");
      expect([...(await (await file.dataset("numbers")).read())]).toEqual(numbers);
    }));

  test("serves many files and calls at once", async () => {
    const files = await Promise.all(Array.from({ length: 50 }, () => openHdf5(fixture("small.h5"))));
    const all = await Promise.all(files.map(async (file) => [...(await (await file.dataset("numbers")).read())]));
    for (const values of all) expect(values).toEqual(numbers);
    await Promise.all(files.map((file) => file.close()));
  });

  test("keeps no program alive, whether its files were closed or not", async () => {
    // Bundled as a user's program would be, with the worker beside it; h5wasm stays an import, so it must lie below this package.
    const outDir = join(root, "node_modules", ".keeps-no-program-alive");
    const source = join(outDir, "program.ts");
    mkdirSync(outDir, { recursive: true });
    writeFileSync(
      source,
      `import { openHdf5 } from ${JSON.stringify(join(root, "src/index.ts"))};
      const file = await openHdf5(process.argv[2] ?? "");
      const values = await (await file.dataset("numbers")).read();
      const done = performance.now();
      process.on("exit", () => console.log(values.length + "\\n" + (performance.now() - done)));`,
    );
    await build({
      entry: { program: source, worker: join(root, "src/worker.js") },
      outDir,
      format: "esm",
      platform: "node",
      target: "node20",
      splitting: false,
      silent: true,
      config: false,
      tsconfig: join(root, "tsconfig.json"),
      noExternal: [/^@sonde/, /^#/],
      esbuildOptions: (options) => {
        options.conditions = ["@sonde/source", "node", "import"];
      },
    });
    const { stdout } = await run(process.execPath, [join(outDir, "program.js"), fixture("small.h5")]);
    const [length, milliseconds] = stdout.trim().split("\n").map(Number);
    expect(length).toBe(32);
    expect(milliseconds).toBeLessThan(1000);
  });
});

describe("limits", () => {
  test("may be switched off one by one, and must be limits", async () => {
    const none = Number.POSITIVE_INFINITY;
    const limits = {
      maxReadBytes: none,
      maxChunkBytes: none,
      maxRatio: none,
      maxAttributeBytes: none,
      maxObjects: none,
      maxDepth: none,
      answerWithinMs: none,
    };
    await using(fixture("small.h5"), async (file) => expect([...(await (await file.dataset("numbers")).read())]).toEqual(numbers), {
      limits,
    });
    for (const wrong of [{ maxReadBytes: -1 }, { maxDepth: Number.NaN }, { maxBytes: 5 } as object]) {
      expect(await refusal(openHdf5(fixture("small.h5"), { limits: wrong }))).toMatchObject({ code: "options" });
    }
  });
});

describe("closing", () => {
  test("is idempotent, and what was asked before and after rejects with closed", async () => {
    const file = await openHdf5(fixture("bombs.h5"));
    const zeros = await file.dataset("zeros");
    const reading = refusal(zeros.read());
    const listing = refusal(file.children());
    await Promise.all([file.close(), file.close()]);
    expect((await reading).code).toBe("closed");
    expect((await listing).code).toBe("closed");
    expect(await refusal(zeros.read())).toMatchObject({ code: "closed" });
    await file.close();
    await file[Symbol.asyncDispose]();
  });

  test("ends an iteration with closed", async () => {
    const file = await openHdf5(fixture("arrays.h5"));
    const blocks = (await file.dataset("samples")).blocks({ blockRows: 10 })[Symbol.asyncIterator]();
    await blocks.next();
    await file.close();
    const rest = (async () => {
      while (!(await blocks.next()).done);
    })();
    expect((await refusal(rest)).code).toBe("closed");
  });
});
