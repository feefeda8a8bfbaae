import { isSondeError } from "@sonde/core/bytes";
import * as h5wasm from "h5wasm";
import { describe, expect, it } from "vitest";
import {
  array,
  attribute,
  type ByteSink,
  compound,
  createHdf5,
  type DatasetOptions,
  float,
  int,
  memorySink,
  string,
  uint,
} from "../../src/write/index.js";
import { readAll } from "./reading.js";
import { Disk, recordedSink } from "./recorded-sink.js";

const bytesOf = (rows: number) => ({ type: uint(1), shape: [0], maxShape: [null], chunks: [rows] }) as const;

function caught(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("what is written", () => {
  it("is what the example of createHdf5 says", async () => {
    const sink = memorySink();
    const file = createHdf5(sink);
    const samples = file.dataset("/samples", { type: int(2), shape: [0, 64], maxShape: [null, 64], chunks: [256, 64] });
    samples.append(new Uint8Array(10 * 64 * 2));
    samples.setAttribute("unit", attribute.text("µV"));
    await file.close();
    const { data, attributes } = (await readAll(sink.bytes())).get("/samples")!;
    expect(data?.shape).toEqual([10, 64]);
    expect(new TextDecoder().decode(attributes.get("unit")?.bytes)).toBe("µV");
  });

  it("is found by HDF5 with the types as given", async () => {
    const sink = memorySink();
    const file = createHdf5(sink);
    const spike = compound([
      { name: "timestamp", type: int(8) },
      { name: "channel", type: uint(1) },
      { name: "samples", type: array(float(4), [75]) },
      { name: "label", type: string(7, "ascii") },
    ]);
    file.dataset("/spikes", { type: spike, shape: [0], maxShape: [null], chunks: [1696] });
    await file.close();
    const { compound_type, chunks, maxshape } = await metadata(sink.bytes(), "/spikes");
    expect(compound_type?.members.map(({ name, offset, size }) => [name, offset, size])).toEqual([
      ["timestamp", 0, 8],
      ["channel", 8, 1],
      ["samples", 9, 300],
      ["label", 309, 7],
    ]);
    expect(compound_type?.members[2]?.array_type).toMatchObject({ shape: [75], type: 1, size: 4 });
    expect(chunks).toEqual([1696]);
    expect(maxshape?.[0]).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
  });

  it("keeps big-endian numbers", async () => {
    const sink = memorySink();
    const file = createHdf5(sink);
    file.dataset("/int", { type: int(2, { bigEndian: true }), shape: [2] }).append(Uint8Array.of(1, 2, 0xff, 0xfe));
    file.dataset("/float", { type: float(8, { bigEndian: true }), shape: [] }).append(Uint8Array.of(0x3f, 0xf8, 0, 0, 0, 0, 0, 0));
    await file.close();
    const found = await readAll(sink.bytes());
    // h5wasm hands them over little-endian.
    expect([...new Int16Array(found.get("/int")!.data!.bytes.slice().buffer)]).toEqual([0x0102, -2]);
    expect([...new Float64Array(found.get("/float")!.data!.bytes.slice().buffer)]).toEqual([1.5]);
  });

  it("reads as zeros where a dataset of fixed size got no rows", async () => {
    const sink = memorySink();
    const file = createHdf5(sink);
    file.dataset("/fixed", { type: int(2), shape: [3, 2] }).append(Uint8Array.of(1, 0, 2, 0));
    await file.close();
    expect([...(await readAll(sink.bytes())).get("/fixed")!.data!.bytes]).toEqual([1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("holds a group of a thousand members", async () => {
    const sink = memorySink();
    const file = createHdf5(sink);
    const names = Array.from({ length: 1000 }, (_, index) => `stream ${(index * 7919) % 1000}`);
    for (const name of names) file.group(`/all/${name}`, { attributes: { name: attribute.text(name) } });
    await file.close();
    const found = await readAll(sink.bytes());
    for (const name of names) expect(new TextDecoder().decode(found.get(`/all/${name}`)?.attributes.get("name")?.bytes)).toBe(name);
  });

  it("can be continued by HDF5 itself", async () => {
    const sink = memorySink();
    const file = createHdf5(sink, { attributes: { first: attribute.int64(1n) } });
    file.group("/group/inner");
    file
      .dataset("/rows", { type: int(4), shape: [0], chunks: [2] })
      .append(new Uint8Array(Int32Array.from({ length: 333 }, (_, k) => k).buffer));
    await file.close();
    const module = await h5wasm.ready;
    module.FS.writeFile("/continued.h5", sink.bytes());
    const opened = new h5wasm.File("/continued.h5", "a");
    const rows = opened.get("/rows") as h5wasm.Dataset;
    rows.resize([9_000]);
    rows.write_slice(
      [[333, 9_000]],
      Int32Array.from({ length: 9_000 - 333 }, (_, k) => 333 + k),
    );
    for (let k = 0; k < 50; k++) opened.create_group(`/group/inner/of HDF5 ${k}`);
    opened.create_attribute("second", 2);
    opened.close();
    const found = await readAll(module.FS.readFile("/continued.h5"));
    module.FS.unlink("/continued.h5");
    expect(new Int32Array(found.get("/rows")!.data!.bytes.slice().buffer).every((value, index) => value === index)).toBe(true);
    expect([...found.keys()].filter((path) => path.startsWith("/group/inner/"))).toHaveLength(50);
    expect([...found.get("/")!.attributes.keys()].sort()).toEqual(["first", "second"]);
  });
});

describe("cost", () => {
  it("of a replaced count is one write of eight bytes", async () => {
    const sink = recordedSink();
    const file = createHdf5(sink);
    file.group("/table", { attributes: { TITLE: attribute.text(""), NROWS: attribute.int64(0n), other: attribute.float64(1) } });
    await file.flush();
    const before = sink.writes.length;
    for (let count = 1n; count <= 100n; count++) {
      file.setAttribute("/table", "NROWS", attribute.int64(count));
      await file.flush();
    }
    expect(sink.writes.slice(before).map(({ bytes }) => bytes.length)).toEqual(Array(100).fill(8));
  });

  it("of longer attributes replaced a thousand times is bounded by two blocks", async () => {
    const sink = memorySink();
    const file = createHdf5(sink);
    for (let step = 0; step < 1000; step++) {
      file.setAttribute("/", "application", attribute.ascii(new Uint8Array(2000 + (step % 100)).fill(65)));
      await file.flush();
    }
    expect(sink.bytes().length).toBeLessThan(10_000);
  });

  it("of many small appends is few writes", async () => {
    const sink = recordedSink();
    const file = createHdf5(sink);
    const events = file.dataset("/events", { type: uint(1), shape: [0, 50], chunks: [10_000, 50] });
    for (let row = 0; row < 40_000; row++) events.append(new Uint8Array(50));
    await file.close();
    expect(sink.writes.length).toBeLessThan(60);
  });
});

describe("a sink", () => {
  it("that is slow gets every write in order, with bytes that do not change, and is waited for", async () => {
    const disk = new Disk();
    let under = 0;
    const slow: ByteSink = {
      async write(position, bytes) {
        expect(under++).toBe(0);
        await new Promise((resolve) => setTimeout(resolve, 1));
        disk.write(position, bytes);
        under--;
      },
      close: () => {},
    };
    const file = createHdf5(slow);
    const rows = file.dataset("/rows", bytesOf(100));
    const first = rows.append(new Uint8Array(150).fill(1));
    expect(first).toBeInstanceOf(Promise);
    await first;
    const flushed = file.flush();
    for (let value = 2; value < 40; value++) rows.append(new Uint8Array(150).fill(value));
    await flushed;
    expect((await readAll(disk.bytes())).get("/rows")?.data?.shape[0]).toBeGreaterThanOrEqual(150);
    const again = [file.flush(), file.flush()];
    await Promise.all(again);
    await file.close();
    const { bytes } = (await readAll(disk.bytes())).get("/rows")!.data!;
    expect(bytes.length).toBe(39 * 150);
    expect(bytes.every((value, index) => value === 1 + Math.floor(index / 150))).toBe(true);
  });

  for (const kind of ["throws", "rejects"] as const) {
    it(`that ${kind} ends the file, which keeps what was flushed`, async () => {
      const disk = new Disk();
      const failure = new Error("no space left");
      let left = Infinity;
      let closed = false;
      const full: ByteSink = {
        write(position, bytes) {
          if (left-- <= 0) {
            if (kind === "throws") throw failure;
            return Promise.reject(failure);
          }
          return disk.write(position, bytes);
        },
        close() {
          closed = true;
        },
      };
      const file = createHdf5(full);
      const rows = file.dataset("/rows", bytesOf(10));
      rows.append(new Uint8Array(25).fill(7));
      await file.flush();
      left = 4;
      for (let count = 0; count < 4; count++) rows.append(new Uint8Array(10).fill(8));
      caught(() => rows.append(new Uint8Array(100)));
      await expect(file.flush()).rejects.toBe(failure);
      expect(caught(() => rows.append(new Uint8Array(1)))).toBe(failure);
      expect(caught(() => file.setAttribute("/", "late", attribute.bool(true)))).toBe(failure);
      await expect(file.close()).rejects.toBe(failure);
      expect(closed).toBe(true);
      const { bytes } = (await readAll(disk.bytes())).get("/rows")!.data!;
      expect([...bytes.subarray(0, 25)]).toEqual(Array(25).fill(7));
    });
  }
});

describe("a call", () => {
  it("after close is refused as closed, and a second close is fine", async () => {
    const file = createHdf5(memorySink());
    const rows = file.dataset("/rows", bytesOf(10));
    await file.close();
    await file.close();
    for (const late of [() => rows.append(new Uint8Array(1)), () => rows.setAttribute("a", attribute.bool(true)), () => file.group("/x")])
      expect(isSondeError(caught(late), "closed")).toBe(true);
    await expect(file.flush()).rejects.toMatchObject({ code: "closed" });
  });

  it("with an aborted signal rejects with its reason and writes nothing", async () => {
    const sink = recordedSink();
    const file = createHdf5(sink);
    const reason = new Error("enough");
    await expect(file.flush({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(file.close({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(sink.writes).toEqual([]);
  });

  it("with an attribute past 64 KiB is refused, saying what to do, and leaves the file as it was", async () => {
    const sink = memorySink();
    const file = createHdf5(sink);
    file.setAttribute("/", "large", attribute.ascii(new Uint8Array(65_000).fill(65)));
    const error = caught(() => file.setAttribute("/", "large", attribute.ascii(new Uint8Array(65_536))));
    expect(isSondeError(error, "limit")).toBe(true);
    expect(String(error)).toContain("dataset");
    await file.close();
    expect((await readAll(sink.bytes())).get("/")?.attributes.get("large")?.bytes.length).toBe(65_000);
  });

  it("that asks for the impossible is refused with the path", () => {
    const file = createHdf5(memorySink());
    file.dataset("/there", bytesOf(10));
    const impossible: [string, DatasetOptions][] = [
      ["/there", bytesOf(1)],
      ["/there/below", bytesOf(1)],
      ["relative", bytesOf(1)],
      ["/a//b", bytesOf(1)],
      ["/", bytesOf(1)],
      ["/x", { type: int(2), shape: [5], chunks: [5] }],
      ["/x", { type: int(2), shape: [0, 4], chunks: [5, 2] }],
      ["/x", { type: int(2), shape: [0, 0], chunks: [5, 0] }],
      ["/x", { type: int(2), shape: [0], chunks: [0] }],
      ["/x", { type: int(2), shape: [0], chunks: [2 ** 31] }],
      ["/x", { type: int(2), shape: [0], maxShape: [null] }],
      ["/x", { type: int(2), shape: [0], maxShape: [3], chunks: [4] }],
      ["/x", { type: int(2), shape: [-1] }],
      ["/x", { type: int(2), shape: [2 ** 53 - 1] }],
    ];
    for (const [path, options] of impossible) {
      const error = caught(() => file.dataset(path, options));
      expect(isSondeError(error, "options"), `${path} ${JSON.stringify(options)}`).toBe(true);
      expect(String(error)).toContain(path.replace("/below", ""));
    }
    expect(
      isSondeError(
        caught(() => file.setAttribute("/nowhere", "a", attribute.bool(true))),
        "not-found",
      ),
    ).toBe(true);
    for (const type of [
      () => int(9),
      () => uint(0),
      () => compound([]),
      () => string(0),
      () => array(int(1), []),
      () => array(int(8), [2 ** 30]),
    ])
      expect(isSondeError(caught(type), "options")).toBe(true);
    const twice = { name: "a", type: int(1) };
    expect(
      isSondeError(
        caught(() => compound([twice, twice])),
        "options",
      ),
    ).toBe(true);
    for (const value of [
      () => attribute.int64(2 ** 60),
      () => attribute.uint8(256),
      () => attribute.int64(2n ** 63n),
      () => attribute.value(int(4), new Uint8Array(3)),
    ])
      expect(isSondeError(caught(value), "options")).toBe(true);
  });

  it("that appends parts of rows, or more than there is room for, is refused", () => {
    const file = createHdf5(memorySink());
    const rows = file.dataset("/rows", { type: int(2), shape: [0, 3], maxShape: [4, 3], chunks: [2, 3] });
    rows.append(new Uint8Array(18));
    expect(
      isSondeError(
        caught(() => rows.append(new Uint8Array(7))),
        "options",
      ),
    ).toBe(true);
    expect(
      isSondeError(
        caught(() => rows.append(new Uint8Array(12))),
        "limit",
      ),
    ).toBe(true);
    expect(rows.rows).toBe(3);
  });
});

async function metadata(bytes: Uint8Array, path: string) {
  const module = await h5wasm.ready;
  module.FS.writeFile("/metadata.h5", bytes);
  const file = new h5wasm.File("/metadata.h5", "r");
  try {
    return module.get_dataset_metadata(file.file_id, path);
  } finally {
    file.close();
    module.FS.unlink("/metadata.h5");
  }
}
