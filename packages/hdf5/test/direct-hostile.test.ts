import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ByteSource, faulty, fromBytes, sondeError } from "@sonde/core/bytes";
import { describe, expect, test } from "vitest";
import { openHdf5 } from "../src/index.js";
import { openRouted } from "../src/open.js";
import { array, compound, createHdf5, float, int, memorySink, uint } from "../src/write/index.js";
import { refusal } from "./fixture.js";
import { chunkedFile, direct, outcomeOf, type Routes, throughHdf5 } from "./routes.js";

/** 600 chunks: a tree of two levels, whose nodes HDF5 wrote. */
const shape = [400, 6];
const chunks = [2, 2];
const nodeBytes = 24 + 64 * (8 + 8 * 3 + 8) + 8 + 8 * 3;

function nodesOf(bytes: Uint8Array): readonly { readonly at: number; readonly level: number }[] {
  const nodes: { at: number; level: number }[] = [];
  const text = Buffer.from(bytes).toString("latin1");
  for (let at = text.indexOf("TREE\x01"); at >= 0; at = text.indexOf("TREE\x01", at + 1)) nodes.push({ at, level: bytes[at + 5] ?? 0 });
  return nodes;
}

/** What both routes make of the bytes; they must be equal, or HDF5 must be asked. */
async function bothOf(bytes: Uint8Array, routes: Routes) {
  const read = async (open: typeof direct) => {
    const source = fromBytes(bytes);
    return outcomeOf(async () => {
      const file = await open(source, routes);
      try {
        return await (await file.dataset("data")).read();
      } finally {
        await file.close();
      }
    });
  };
  return [await read(direct), await read(throughHdf5)] as const;
}

describe("an index of chunks", () => {
  test("with any byte flipped gives what HDF5 gives", async () => {
    const whole = await chunkedFile(shape, chunks);
    const nodes = nodesOf(whole);
    expect(nodes.some(({ level }) => level === 1)).toBe(true);
    const routes: Routes = { direct: 0, hdf5: 0 };
    let cases = 0;
    let refused = 0;
    for (const [which, { at, level }] of nodes.entries()) {
      // All of the first bytes of some nodes, and some of the others.
      for (let offset = which % 7; offset < nodeBytes; offset += offset < 100 && (which < 3 || level > 0) ? 1 : 61) {
        const bytes = whole.slice();
        bytes[at + offset] = (bytes[at + offset] ?? 0) ^ (1 << (offset % 8)) ^ (offset % 3 === 0 ? 0x90 : 0);
        const [one, other] = await bothOf(bytes, routes);
        expect(one, `byte ${offset} of node ${which}`).toEqual(other);
        if ("code" in Object(other)) refused++;
        cases++;
      }
    }
    expect(routes.hdf5).toBeGreaterThan(100);
    console.log(`flipped bytes of nodes: ${cases}, refused by both ${refused}, reads ${JSON.stringify(routes)}`);
  }, 120_000);

  test("that leads back into itself, or counts more than there is, is HDF5's to refuse", async () => {
    const whole = await chunkedFile(shape, chunks);
    const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset);
    const root = nodesOf(whole).find(({ level }) => level === 1)?.at ?? 0;
    const leaf = nodesOf(whole).find(({ level }) => level === 0)?.at ?? 0;
    const child = 24 + 8 + 24;
    const changes: readonly ((bytes: Uint8Array) => void)[] = [
      (bytes) => view(bytes).setBigUint64(root + child, BigInt(root), true),
      (bytes) => view(bytes).setBigUint64(root + child + 40, view(bytes).getBigUint64(root + child, true), true),
      (bytes) => view(bytes).setUint16(root + 6, 0xffff, true),
      (bytes) => view(bytes).setUint16(leaf + 6, 65, true),
      (bytes) => view(bytes).setUint16(leaf + 6, 0, true),
      (bytes) => view(bytes).setUint8(root + 5, 255),
      (bytes) => view(bytes).setUint8(leaf + 5, 1),
      (bytes) => view(bytes).setBigUint64(leaf + child, BigInt(bytes.length - 3), true),
      (bytes) => view(bytes).setBigUint64(leaf + child, 2n ** 63n, true),
      (bytes) => view(bytes).setBigUint64(leaf + child, 2n ** 64n - 1n, true),
      (bytes) => view(bytes).setUint32(leaf + 24, 0xffff_ffff, true),
      (bytes) => view(bytes).setUint32(leaf + 28, 1, true),
      (bytes) => bytes.copyWithin(leaf + 24 + 40, leaf + 24, leaf + 24 + 32),
      (bytes) => view(bytes).setBigUint64(leaf + 32, 1n, true),
    ];
    for (const [k, change] of changes.entries()) {
      const bytes = whole.slice();
      change(bytes);
      const routes: Routes = { direct: 0, hdf5: 0 };
      const [one, other] = await bothOf(bytes, routes);
      expect(one, `change ${k}`).toEqual(other);
      expect(routes, `change ${k}`).toEqual({ direct: 0, hdf5: 1 });
    }
  });

  test("is read only as far as some rows need it", async () => {
    const sink = memorySink();
    const writer = createHdf5(sink);
    writer.dataset("/data", { type: uint(1), shape: [0], chunks: [4] }).append(new Uint8Array(4 * 20_000));
    await writer.close();
    let read = 0;
    const source = fromBytes(sink.bytes());
    const counted: ByteSource = {
      ...source,
      read: (range, options) => {
        read += range.end - range.start;
        return source.read(range, options);
      },
    };
    const routes: Routes = { direct: 0, hdf5: 0 };
    const file = await direct(counted, routes);
    const dataset = await file.dataset("data");
    await dataset.read({ rows: { start: 40_000, end: 40_010 } });
    // The worker's blocks have 256 KiB, the index 900 kB.
    expect(read).toBeLessThan(800_000);
    for (let row = 0; row < 80_000; row += 400) expect(await dataset.read({ rows: { start: row, end: row + 400 } })).toHaveLength(400);
    expect(routes).toEqual({ direct: 201, hdf5: 0 });
    await file.close();
  });
});

describe("reads without HDF5", () => {
  const frames = 200_000;
  const written = async () => {
    const sink = memorySink();
    const writer = createHdf5(sink);
    writer.dataset("/samples", { type: int(2), shape: [0, 16], chunks: [256, 16] }).append(new Uint8Array(frames * 32).fill(1));
    const spike = compound([
      { name: "timestamp", type: int(8) },
      { name: "channel", type: uint(1) },
      { name: "samples", type: array(float(4), [75]) },
    ]);
    writer.dataset("/spikes", { type: spike, shape: [0], chunks: [1000] }).append(new Uint8Array(spike.size * 5000));
    await writer.close();
    return sink.bytes();
  };

  test("that fail at any one read give that very error, and the next works", async () => {
    const bytes = await written();
    const injected = sondeError("connection", "the store did not answer", { retryable: true });
    let failAt = 1;
    let failed = 0;
    for (; failAt < 200; failAt++) {
      const source = faulty(fromBytes(bytes), { failAt, error: injected });
      const outcome = await direct(source).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        expect(outcome).toBe(injected);
        continue;
      }
      const file = outcome as Awaited<ReturnType<typeof direct>>;
      const readAll = async () => {
        const samples = await (await file.dataset("samples")).read();
        const { channel } = await (await file.dataset("spikes")).fields({ names: ["channel"] });
        return [samples.length, channel.length];
      };
      const result = await readAll().catch((error: unknown) => error);
      if (source.failures === 0) {
        await file.close();
        break;
      }
      failed++;
      expect(result).toBe(injected);
      expect(await readAll()).toEqual([frames * 16, 5000]);
      await file.close();
    }
    expect(failed).toBeGreaterThan(3);
    console.log(`faults: each of ${failAt - 1} reads failed once`);
  });

  test("wrap what a foreign source throws, and refuse one that gives too little", async () => {
    const bytes = await written();
    const source = fromBytes(bytes, "foreign");
    let instead: (() => Promise<Uint8Array>) | undefined;
    const foreign: ByteSource = { ...source, read: (range, options) => instead?.() ?? source.read(range, options) };
    const file = await direct(foreign);
    const dataset = await file.dataset("samples");
    expect(await dataset.read({ rows: { start: 0, end: 1 } })).toHaveLength(16);
    instead = async () => Promise.reject(new TypeError("no"));
    const error = await refusal(dataset.read());
    expect(error).toMatchObject({ code: "connection", target: "foreign" });
    expect(error.cause).toBeInstanceOf(TypeError);
    instead = async () => new Uint8Array(3);
    expect((await refusal(dataset.read())).message).toContain("3 bytes of");
    await file.close();
  });

  test("end at once with the reason of an abort, or with closed", async () => {
    const bytes = await written();
    const source = fromBytes(bytes);
    let hangs = false;
    const hanging: ByteSource = { ...source, read: (range, options) => (hangs ? new Promise(() => {}) : source.read(range, options)) };
    const file = await direct(hanging);
    const dataset = await file.dataset("samples");
    await dataset.read();
    hangs = true;
    const reason = { why: "enough" };
    const controller = new AbortController();
    const reading = dataset.read({ signal: controller.signal });
    setTimeout(() => controller.abort(reason), 10);
    const started = performance.now();
    await expect(reading).rejects.toBe(reason);
    expect(performance.now() - started).toBeLessThan(100);
    await expect(dataset.read({ signal: controller.signal })).rejects.toBe(reason);
    const open = refusal(dataset.read());
    await file.close();
    expect((await open).code).toBe("closed");
    expect((await refusal(dataset.read())).code).toBe("closed");
  });

  test("close a file only when no read of it is under way, and say where one ended that was cut", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sonde-hdf5-"));
    try {
      const path = join(folder, "cut.h5");
      const bytes = await written();
      writeFileSync(path, bytes);
      for (let round = 0; round < 20; round++) {
        const file = await openHdf5(path);
        const dataset = await file.dataset("samples");
        const reads = [dataset.read(), dataset.read(), dataset.read()].map((reading) =>
          reading.then(
            (values) => values.every((value) => value === 257),
            (error: unknown) => Reflect.get(Object(error), "code") === "closed",
          ),
        );
        await new Promise((done) => setTimeout(done, round / 4));
        await file.close();
        expect(await Promise.all(reads)).toEqual([true, true, true]);
      }
      const file = await openHdf5(path);
      const dataset = await file.dataset("samples");
      await dataset.read();
      truncateSync(path, 100_000);
      const error = await refusal(dataset.read());
      expect(error).toMatchObject({ code: "format", key: path });
      expect(error.message).toContain("cut short");
      await file.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("take no memory for fields that are not asked for, nor past a limit", async () => {
    const taken: number[] = [];
    const file = await openRouted(fromBytes(await written()), { limits: { maxReadBytes: 1_000_000 } }, (reader) => ({
      reader: {
        ...reader,
        smallest: 0,
        allocate: (length) => {
          taken.push(length);
          return reader.allocate(length);
        },
      },
    }));
    const spikes = await file.dataset("spikes");
    await spikes.fields({ names: ["timestamp", "channel"] });
    expect(taken).toEqual([40_000, 5_000]);
    expect((await refusal(spikes.fields())).code).toBe("limit");
    expect((await refusal((await file.dataset("samples")).read())).code).toBe("limit");
    expect(taken).toHaveLength(2);
    await file.close();
  });
});
