import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { DocumentPair } from "../src/event-model/documents.js";
import { databroker, memoryCatalog } from "../src/index.js";
import { sampleImages, sampleScan } from "../src/testing/index.js";

const scan = () => memoryCatalog(sampleScan(5)).run(-1);

test("says what it holds", async () => {
  const run = await scan();
  expect(await run.streams()).toEqual(["primary"]);
  expect(await run.devices()).toEqual(["det", "motor"]);
  expect((await run.fields()).map(({ name, units, image }) => [name, units, image])).toEqual([
    ["det", "counts", false],
    ["motor", "mm", false],
    ["motor_setpoint", undefined, false],
  ]);
  expect((await run.configuration("det")).get("primary")?.[0]?.data).toEqual({ det_sigma: 1 });
  expect((await run.configuration("constructor")).size).toBe(0);
  const text = inspect(run);
  for (const line of [
    "Run 00000001-",
    "time:",
    "2023-11-14T22:13:20",
    'detectors:  ["det"]',
    "success, after 3.000 s; events: 5 in primary",
  ]) {
    expect(text).toContain(line);
  }
});

describe("tables", () => {
  test("have time, number and data keys, with units and exact types", async () => {
    const table = await (await scan()).table();
    expect(table.schema.fields.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "time Timestamp<NANOSECOND, UTC>",
      "seq_num Uint32",
      "det Float64",
      "motor Float64",
      "motor_setpoint Float64",
    ]);
    expect(table.schema.fields[2]?.metadata.get("sonde:unit")).toBe("counts");
  });

  test("take names, patterns and header values, and refuse what stands for nothing", async () => {
    const run = await scan();
    const names = async (columns: (string | RegExp)[]) => (await run.table({ columns })).schema.fields.map(({ name }) => name).slice(2);
    expect(await names(["motor"])).toEqual(["motor"]);
    expect(await names(["motor.*"])).toEqual(["motor", "motor_setpoint"]);
    expect(await names([/^MOTOR$/i, "det_sigma", "scan_id", "exit_status"])).toEqual(["motor", "det_sigma", "scan_id", "exit_status"]);
    await expect(run.table({ columns: ["toString"] })).rejects.toMatchObject({ code: "not-found" });
    await expect(run.table({ columns: ["("] })).rejects.toMatchObject({ code: "not-found" });
    await expect(run.table({ stream: "baseline" })).rejects.toMatchObject({ code: "not-found", id: "baseline" });
  });

  test("keep whole numbers, text, booleans, arrays and what mixes kinds", async () => {
    const [start, descriptor, a, b, stop] = sampleScan(2);
    const key = (dtype: string) => ({ dtype, shape: [], source: "x" });
    const data_keys = {
      n: key("integer"),
      big: key("integer"),
      s: key("string"),
      f: key("boolean"),
      v: key("array"),
      w: key("array"),
      mix: key("number"),
    };
    const cells = [
      { n: 1, big: 2n ** 60n, s: "é", f: true, v: [1, 2], w: [1], mix: 1 },
      { n: -5, big: 3, s: "", f: false, v: [3, 4], w: [1, 2], mix: "text" },
    ];
    const documents = [
      start,
      ["descriptor", { ...(descriptor![1] as object), data_keys }],
      ...[a, b].map((event, row) => ["event", { ...(event![1] as object), data: cells[row] }]),
      stop,
    ] as DocumentPair[];
    const table = await (await memoryCatalog(documents).run(-1)).table();
    expect(table.schema.fields.slice(2).map(({ type }) => String(type))).toEqual([
      "Int64",
      "Int64",
      "Utf8",
      "Bool",
      "FixedSizeList[2]<Float64>",
      "List<Float64>",
      "Utf8",
    ]);
    expect(table.getChild("big")?.get(0)).toBe(2n ** 60n);
    expect(table.getChild("mix")?.get(1)).toBe('"text"');
  });
});

describe("events", () => {
  test("come one by one, with time in nanoseconds", async () => {
    const run = await scan();
    const events = await run.events({ columns: ["det"] }).toArray();
    expect(events.map(({ seqNum }) => seqNum)).toEqual([1, 2, 3, 4, 5]);
    expect(events[0]?.time).toBe(1_700_000_000_500_000_000n);
    expect(Object.keys(events[0]?.data ?? {})).toEqual(["det"]);
    expect(await run.events().first()).toMatchObject({ seqNum: 1 });
  });

  test("stop at an abort, with its reason", async () => {
    const controller = new AbortController();
    const run = await scan();
    const reason = new Error("enough");
    await expect(
      (async () => {
        for await (const _ of run.events({ signal: controller.signal })) controller.abort(reason);
      })(),
    ).rejects.toBe(reason);
  });
});

describe("images", () => {
  test("are counted, shaped, picked and sliced", async () => {
    const run = await memoryCatalog(sampleImages(5)).run(-1);
    const images = run.images("image");
    expect(await images.length()).toBe(5);
    expect(await images.shape()).toEqual([8, 10]);
    expect((await images.at(2)).data[4 * 10 + 2]).toBe(100);
    expect((await images.at(-1)).ref).toBe("5");
    expect((await images.slice(1, 3).toArray()).map(({ ref }) => ref)).toEqual(["2", "3"]);
    expect(await images.first()).toMatchObject({ field: "image", shape: [8, 10], time: 1_700_001_001_000_000_000n });
    await expect(images.at(5)).rejects.toMatchObject({ code: "not-found" });
    await expect(run.images("nothing").length()).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining("images are image"),
    });
    let values = 0;
    for await (const value of run.data("exposure")) values += Number(value);
    expect(values).toBe(100);
  });

  test("of a source are named by the rows", async () => {
    await using source = await databroker.open({ catalog: memoryCatalog(sampleImages(3)) });
    const [stream] = await source.streams().toArray();
    const array = await stream!
      .arrays({
        field: "image",
        refs: ["2"],
        slice: [
          [3, 5],
          [0, 2],
        ],
      })
      .first();
    expect([array?.shape, Array.from((array?.data ?? []) as ArrayLike<number>)]).toEqual([
      [2, 2],
      [98, 99, 99, 100],
    ]);
  });
});
