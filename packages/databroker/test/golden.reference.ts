import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { timesOf } from "@sonde/core";
import { cellOf, chunksOf, type Table } from "@sonde/core/connector";
import { describe, expect, it } from "vitest";
import { searchTime } from "../src/catalog/search-time.js";
import { openCatalog, type RunCatalog, runsTable } from "../src/index.js";
import { asArray } from "../src/table/as-array.js";
import { plainOf } from "../src/write/plain.js";

const root = resolve(import.meta.dirname, "../../..");
const folder = resolve(root, process.env.SONDE_REFERENCE ?? "../shared/data", "databroker");
const golden = resolve(folder, "golden");

it("has the runs that databroker 1.2.5 answered for", () => {
  expect(existsSync(golden), `no runs at ${golden}: set SONDE_REFERENCE to the folder that holds databroker/golden`).toBe(true);
});

type Answer = { readonly ok?: unknown; readonly error?: string; readonly message?: string };
type ExpectedTable = {
  readonly index: number[];
  readonly columns: string[];
  readonly dtypes: string[];
  readonly data: Record<string, unknown[]>;
};
type ExpectedRun = {
  readonly start: Record<string, unknown>;
  readonly stop: Record<string, unknown>;
  readonly stream_names: string[];
  readonly fields_all: string[];
  readonly fields_by_stream: Record<string, string[]>;
  readonly devices: string[];
  readonly config_data: Record<string, Record<string, Record<string, unknown>[]>>;
  readonly tables: Record<string, { readonly ok?: ExpectedTable }>;
  readonly documents: [string, string][];
  readonly n_events_primary: number;
  readonly images: Record<string, { readonly ok?: unknown[] }>;
};
type Expected = {
  readonly len: number;
  readonly runs: Record<string, ExpectedRun>;
  readonly lookup: Record<string, Answer>;
  readonly search: Record<string, Answer>;
  readonly fields_filter_scan2: Record<string, { readonly ok?: ExpectedTable }>;
  readonly ad_fill_tables: { readonly ok: ExpectedTable }[];
  readonly timeformats_newyork: Record<string, Answer>;
};

const rootMap = {
  "/nonexistent/root": resolve(golden, "external"),
  "/beamline/2026-11/databroker/corpus0/external/npy": resolve(golden, "external/npy"),
};

describe.runIf(existsSync(golden)).each(["msgpack", "jsonl"] as const)("golden runs in %s", (driver) => {
  const expected = (JSON.parse(readFileSync(resolve(golden, "expected.json"), "utf8")) as Record<string, Expected>)[driver]!;
  const open = () => openCatalog(resolve(golden, driver), { rootMap });

  it("has every run with its header, streams, fields, devices and configuration", async () => {
    const catalog = await open();
    expect(await catalog.count()).toBe(expected.len);
    let cells = 0;
    for (const [uid, answer] of Object.entries(expected.runs)) {
      const run = await catalog.byUid(uid);
      expect(same(plainOf(run.start), answer.start), uid).toBe(true);
      expect(same(plainOf(run.stop ?? {}), answer.stop), uid).toBe(true);
      expect([...(await run.streams())].sort()).toEqual([...answer.stream_names].sort());
      expect([...new Set((await run.fields()).map(({ name }) => name))].sort()).toEqual([...answer.fields_all].sort());
      expect([...(await run.devices())].sort()).toEqual([...answer.devices].sort());
      for (const [device, streams] of Object.entries(answer.config_data)) {
        const configuration = await run.configuration(device);
        for (const [stream, list] of Object.entries(streams)) {
          const ours = (configuration.get(stream) ?? []).map(({ data }) => plainOf(data));
          expect(same(ours, list), `${uid} ${device}`).toBe(true);
          cells += list.length;
        }
      }
    }
    console.log(`${driver}: ${expected.len} headers and ${cells} configurations as databroker 1.2.5 has them`);
  });

  it("has every table, cell by cell, and its columns in order", async () => {
    const catalog = await open();
    let [tables, cells] = [0, 0];
    for (const [uid, answer] of Object.entries(expected.runs)) {
      const run = await catalog.byUid(uid);
      for (const [stream, { ok }] of Object.entries(answer.tables)) {
        if (ok === undefined) continue;
        if (!answer.stream_names.includes(stream)) {
          // Python gives an empty frame; we say which streams there are.
          await expect(run.table({ stream })).rejects.toMatchObject({ code: "not-found" });
          continue;
        }
        cells += compareTable(await run.table({ stream }), ok, `${uid} ${stream}`);
        tables++;
      }
    }
    console.log(`${driver}: ${tables} tables, ${cells} cells as databroker 1.2.5 has them`);
    expect(tables).toBeGreaterThan(10);
  });

  it("fills tables and images out of TIFF, HDF5 and NumPy files", async () => {
    const catalog = await open();
    const uids = ["aaaaaaaa-0000-4000-8000-000000000000", "aaaabbbb-0000-4000-8000-000000000000"];
    for (const [index, uid] of uids.entries()) {
      compareTable(await (await catalog.byUid(uid)).table({ fill: true }), expected.ad_fill_tables[index]!.ok, uid);
    }
    let frames = 0;
    for (const [uid, { images }] of Object.entries(expected.runs)) {
      for (const [field, { ok }] of Object.entries(images)) {
        if (ok === undefined || ok.length === 0) continue;
        const run = await catalog.byUid(uid);
        const values: unknown[] = [];
        for await (const value of run.data(field)) values.push(value);
        expect(same(values, ok), `${uid} ${field}`).toBe(true);
        const ours = run.images(field);
        const flat = (ok as { readonly data: number[] }[]).flatMap(({ data }) => data);
        expect((await ours.toArray()).flatMap(({ data }) => Array.from(data as ArrayLike<number>))).toEqual(flat);
        const last = await ours.at(-1);
        expect(Array.from(last.data as ArrayLike<number>)).toEqual(flat.slice(-last.data.length));
        frames += await ours.length();
      }
    }
    console.log(`${driver}: ${frames} frames as databroker 1.2.5 has them`);
    expect(frames).toBeGreaterThanOrEqual(9);
  });

  it("has the same documents", async () => {
    const catalog = await open();
    let count = 0;
    for (const [uid, { documents, n_events_primary: events }] of Object.entries(expected.runs)) {
      const run = await catalog.byUid(uid);
      const ours = (await run.documents().toArray()).map(([name, document]) => `${name} ${idOf(document)}`);
      // Python leaves out documents of streams, which it does not know.
      const theirs = documents.map(([name, id]) => `${name} ${id}`).filter((line) => !/^(datum_page|event_page) /.test(line));
      expect(new Set(ours.filter((line) => !line.startsWith("stream_") && !line.startsWith("datum")))).toEqual(
        new Set(theirs.filter((line) => !line.startsWith("stream_") && !line.startsWith("datum"))),
      );
      expect(ours[0]).toMatch(/^start /);
      expect(ours.at(-1)).toMatch(/^stop /);
      if ((await run.streams()).includes("primary")) expect((await run.events().toArray()).length).toBe(events);
      count += ours.length;
    }
    console.log(`${driver}: ${count} documents`);
  });

  it("finds runs by what people call them", async () => {
    const catalog = await open();
    const ask: Record<string, () => Promise<unknown>> = {
      "list[1,2]": async () => Promise.all([catalog.run(1), catalog.run(2)]),
      "[-3:]": () => catalog.slice(-3),
      "[-3:-1]": () => catalog.slice(-3, -1),
      "[-4::2]": () => catalog.slice(-4, undefined, 2),
      "[-100:]": () => catalog.slice(-100),
      "[1:]": () => catalog.slice(1),
      // There is no way to leave the start out.
      "[:]": () => catalog.slice(0),
      "[:5]": () => catalog.slice(0, 5),
    };
    let keys = 0;
    for (const [key, answer] of Object.entries(expected.lookup)) {
      const text = /^'(.*)'$/.exec(key)?.[1];
      const looked = (ask[key] ?? (() => catalog.run(text ?? Number(key))))();
      keys++;
      if (answer.error !== undefined) {
        const name = {
          KeyError: "RunNotFound",
          IndexError: "IndexOutOfRange",
          ValueError: key === "'aaaa'" ? "AmbiguousUid" : "EventModelValueError",
        };
        await expect(looked, key).rejects.toMatchObject({ name: name[answer.error as keyof typeof name] });
      } else {
        const found = await looked;
        const uids = Array.isArray(found) ? found.map(({ uid }) => uid) : (found as { uid: string }).uid;
        expect(uids, key).toEqual(answer.ok);
      }
    }
    console.log(`${driver}: ${keys} lookups as databroker 1.2.5 answers them`);
  });

  it("finds runs by what they hold", async () => {
    const catalog = await open();
    const timeZone = "America/New_York";
    const searches: Record<string, Parameters<RunCatalog["search"]>[0]> = {
      "user=Dan": { where: { user: "Dan" } },
      "plan_name=scan": { where: { plan_name: "scan" } },
      "sample.name=Ni": { where: { "sample.name": "Ni" } },
      "num_points>=3": { where: { num_points: { $gte: 3 } } },
      "detectors=det": { where: { detectors: "det" } },
      "user regex": { where: { user: { $regex: "^D" } } },
      "user $in": { where: { user: { $in: ["Dan", "AD"] } } },
      "user $exists false": { where: { user: { $exists: false } } },
      "data_key=motor": { dataKey: "motor" },
      "since=2024": { since: "2024", timeZone },
      "until=2024": { until: "2024", timeZone },
      "since=2023-11-14,until=2023-11-14 17:14": { since: "2023-11-14", until: "2023-11-14 17:14", timeZone },
      "start_time=2024": { since: "2024", timeZone },
      // Python's v1 includes the end; ours is half open, as everywhere.
      "since=1700000000.0,until=1700000000.0": { since: 1_700_000_000_000_000_000n, until: 1_700_000_000_000_000_001n },
      "filter Dan + plan scan": { where: { user: "Dan", plan_name: "scan" } },
    };
    for (const [name, query] of Object.entries(searches)) {
      const found = (await catalog.search(query).toArray()).map(({ uid }) => uid);
      expect([...found].sort(), name).toEqual([...(expected.search[name]!.ok as string[])].sort());
    }
    expect(
      (
        await catalog
          .search({ where: { user: "Dan" } })
          .search({ where: { plan_name: "scan" } })
          .toArray()
      ).map(({ uid }) => uid),
    ).toEqual(expected.search["filter Dan + plan scan"]!.ok);
    console.log(`${driver}: ${Object.keys(searches).length} searches as databroker 1.2.5 answers them`);
  });

  it("narrows tables by names and patterns, and puts runs together", async () => {
    const run = await (await open()).run(2);
    for (const [key, { ok }] of Object.entries(expected.fields_filter_scan2)) {
      if (!key.startsWith("[") || ok === undefined) continue;
      const columns = JSON.parse(key) as string[];
      // Names that stand for nothing are errors here, and header values come without a field too.
      const unknown = columns.some((name) => !["det", "user", "scan_id", "det_Imax"].includes(name));
      if (unknown) await expect(run.table({ columns }), key).rejects.toMatchObject({ code: "not-found" });
      else if (ok.columns.length > 0) compareTable(await run.table({ columns }), ok, key);
    }
    const catalog = await open();
    const both = await runsTable([await catalog.run(2), await catalog.run(3)]);
    const theirs = (expected.fields_filter_scan2["two headers table"] as { ok: ExpectedTable }).ok;
    expect(both.numRows).toBe(theirs.index.length);
    const det4 = column(both, "det4");
    expect(det4.map((cell) => (cell === null ? "nan" : cell))).toEqual(
      theirs.data.det4!.map((cell) => (typeof cell === "number" ? cell : "nan")),
    );
  });

  it("reads times as databroker does", () => {
    for (const [text, answer] of Object.entries(expected.timeformats_newyork)) {
      if (answer.ok !== undefined) expect(Number(searchTime(text, "America/New_York")) / 1e9, text).toBe(answer.ok);
      // ISO's T is welcome here.
      else if (text !== "2014-07-04T05:00")
        expect(() => searchTime(text, "America/New_York"), text).toThrow(expect.objectContaining({ code: "options" }));
    }
  });
});

describe.runIf(existsSync(golden))("other files", () => {
  it("reads what is left of files that were cut off", async () => {
    const catalog = await openCatalog(resolve(golden, "broken"));
    const runs = await catalog.toArray();
    expect(runs.length).toBeGreaterThan(0);
    for (const run of runs) {
      expect(run.stop).toBeUndefined();
      await run.documents().toArray();
    }
  });

  it("reads the tutorials' runs, and says of their images that no handler reads them", async () => {
    const tutorials = await openCatalog(resolve(folder, "tutorials-jsonl/bluesky-tutorial-utils/bluesky_tutorial_utils/example_data"));
    let [runs, rows, unread] = [0, 0, 0];
    for await (const run of tutorials) {
      runs++;
      for (const stream of await run.streams()) rows += (await run.table({ stream })).numRows;
      const external = (await run.fields({ stream: "primary" })).filter(({ image }) => image);
      for (const { name } of external) {
        await expect(run.images(name).at(0)).rejects.toMatchObject({ name: "UndefinedAssetSpecification" });
        unread++;
      }
    }
    console.log(`tutorials: ${runs} runs, ${rows} rows, ${unread} fields of an unknown spec`);
    expect([runs, unread]).toEqual([17, 7]);
  });

  it("reads packs with their files, wherever they were moved", async () => {
    for (const [name, runs] of [
      ["simple_catalog", 3],
      ["another_simple_catalog", 3],
    ] as const) {
      const catalog = await openCatalog(resolve(folder, "databroker-pack/databroker_pack/tests/data", name));
      expect(await catalog.count()).toBe(runs);
      const image = await (await catalog.run(3)).images("img").first();
      expect(image?.shape).toEqual([10, 10]);
      expect(Array.from(image?.data as Float64Array)).toEqual(new Array(100).fill(1));
    }
  });
});

function idOf(document: object): string {
  const { uid, datum_id: datum } = document as { readonly uid?: unknown; readonly datum_id?: unknown };
  return String(uid ?? datum);
}

const column = (table: Table, name: string): unknown[] =>
  chunksOf(table, name).flatMap((data) => Array.from({ length: data.length }, (_, row) => cellOf(data, row)));

/** Rows in order of `seq_num`, ours; theirs has the newest descriptor's first. */
function compareTable(table: Table, { index, columns, data }: ExpectedTable, what: string): number {
  const order = index.map((_, row) => row).sort((a, b) => index[a]! - index[b]!);
  expect(column(table, "seq_num"), what).toEqual(order.map((row) => index[row]));
  expect(
    table.schema.fields.map(({ name }) => name).filter((name) => name !== "seq_num"),
    what,
  ).toEqual(columns);
  let cells = 0;
  for (const name of columns) {
    const wanted = order.map((row) => data[name]![row]);
    if (name === "time") {
      const times = table.batches.flatMap((batch) => [...timesOf(batch)]);
      // Python rounds the fraction of the float otherwise: one nanosecond at most.
      for (const [row, time] of times.entries())
        expect(Math.abs(Number(time - BigInt(wanted[row] as string))), what).toBeLessThanOrEqual(1);
    } else {
      const ours = column(table, name);
      for (const [row, cell] of ours.entries()) expect(sameCell(cell, wanted[row]), `${what} ${name} ${row}: ${String(cell)}`).toBe(true);
    }
    cells += wanted.length;
  }
  return cells;
}

/** A cell of a table: integers are bigints, arrays flat. */
function sameCell(ours: unknown, theirs: unknown): boolean {
  if (typeof theirs === "object" && theirs !== null && "$nd" in theirs) {
    const { data } = theirs as unknown as { readonly data: number[] };
    return ArrayBuffer.isView(ours) && same(Array.from(ours as unknown as ArrayLike<number | bigint>, Number), data);
  }
  if (Array.isArray(theirs)) {
    return ArrayBuffer.isView(ours)
      ? same(Array.from(ours as unknown as ArrayLike<number | bigint>, Number), theirs.flat(9))
      : same(typeof ours === "string" ? JSON.parse(ours) : ours, theirs);
  }
  return same(ours, theirs);
}

/** Ours against the file's own escapes: floats that JSON has not, whole numbers beyond 2^53, arrays. */
function same(ours: unknown, theirs: unknown): boolean {
  if (typeof theirs === "object" && theirs !== null && !Array.isArray(theirs)) {
    const escaped = theirs as Record<string, unknown>;
    if ("$float" in escaped) {
      const value = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, "-inf": Number.NEGATIVE_INFINITY }[String(escaped.$float)];
      return Object.is(ours, value) || (ours === null && escaped.$float === "nan");
    }
    if ("$int" in escaped) return BigInt(ours as bigint) === BigInt(String(escaped.$int));
    if ("$nd" in escaped) {
      const array = asArray(ours);
      return (
        array !== undefined &&
        same(Array.from(array.data as ArrayLike<number | bigint>, Number), escaped.data) &&
        same(array.shape, escaped.shape)
      );
    }
    const [a, b] = [Object.entries(ours as object), Object.entries(escaped)];
    return (
      a.length === b.length &&
      b.every(([key, value]) => Object.hasOwn(ours as object, key) && same((ours as Record<string, unknown>)[key], value))
    );
  }
  if (Array.isArray(theirs)) return Array.isArray(ours) && ours.length === theirs.length && theirs.every((item, k) => same(ours[k], item));
  if (typeof ours === "bigint" && typeof theirs === "number") return Number(ours) === theirs;
  return Object.is(ours, theirs) || ours === theirs;
}
