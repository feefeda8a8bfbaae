import { cellOf, chunksOf, toNanos } from "@sonde/core";
import fc from "fast-check";
import { Binary, BSON, Decimal128, Double, Int32, Long, ObjectId } from "mongodb";
import { beforeAll, describe, expect, test } from "vitest";
import { memoryCatalog } from "../../src/catalog/open.js";
import { catalogOver } from "../../src/catalog/over.js";
import type { RunCatalog, RunQuery } from "../../src/catalog/types.js";
import { mongoBackend } from "../../src/mongo/backend.js";
import { connectMongo } from "../../src/mongo/database.js";
import { exact } from "../../src/mongo/exact.js";
import { sampleDocuments } from "../tiled/runs.js";
import { fakeMongo } from "./fake-mongo.js";

const never = new AbortController().signal;
const documents = sampleDocuments();
const scan = "aaaa0001-0000-4000-8000-000000000000";
const fake = fakeMongo();
const memory = memoryCatalog(documents);
let catalog: RunCatalog;

beforeAll(async () => {
  const backend = mongoBackend({ database: fake.database });
  for (const [name, document] of documents) await backend.insert?.(name, document, { signal: never });
  catalog = catalogOver(backend);
});

const searches: readonly RunQuery[] = [
  { where: { plan_name: "scan" } },
  { where: { detectors: "det" } },
  { where: { "sample.name": "NaCl" } },
  { where: { $or: [{ user: "Dan" }, { user: "Ada" }] } },
  { where: { purpose: { $in: ["p1", "p2"] }, scan_id: { $in: [1, 2] } } },
  { where: { purpose: { $regex: "^p[12]$" } } },
  { where: { num_points: { $exists: true } } },
  { since: toNanos(1_600_000_010_000_000_000n), until: toNanos(1_600_000_020_000_000_000n) },
  { until: toNanos(1_700_000_100_000_000_000n), text: "nacl" },
];
const shown = (value: unknown) => JSON.stringify(value, (_, item) => (typeof item === "bigint" ? String(item) : item));

describe("runs in MongoDB", () => {
  test("are listed newest first, equal times too, with the stops of a hundred at once", async () => {
    fake.queries.length = 0;
    expect((await catalog.toArray()).map(({ uid, stop }) => [uid, stop?.exit_status])).toEqual(
      (await memory.toArray()).map(({ uid, stop }) => [uid, stop?.exit_status]),
    );
    expect(fake.queries.filter(({ collection }) => collection === "run_stop").length).toBeLessThan(8);
  });

  test.each(searches.map((query) => [shown(query), query] as const))("answer %s as files do", async (_, query) => {
    expect((await catalog.search(query).toArray()).map(({ uid }) => uid)).toEqual(
      (await memory.search(query).toArray()).map(({ uid }) => uid),
    );
  });

  test("are looked up as files are; nothing in a prefix is a pattern", async () => {
    for (const key of [-1, -3, 3, "aaaa0003", scan]) expect((await catalog.run(key)).uid).toBe((await memory.run(key)).uid);
    await expect(catalog.run("aaaa")).rejects.toMatchObject({ code: "options" });
    await expect(catalog.run("a.{3}0003")).rejects.toMatchObject({ code: "not-found" });
    expect(await catalog.count()).toBe(await memory.count());
  });

  test("have the documents, tables and events that were put in", async () => {
    const [ours, theirs] = await Promise.all([catalog.run(scan), memory.run(scan)]);
    const sorted = async (run: typeof ours) => (await run.documents().toArray()).map((pair) => shown(pair)).sort();
    expect(await sorted(ours)).toEqual(await sorted(theirs));
    for (const columns of [undefined, ["det"]]) {
      const cells = async (run: typeof ours) => {
        const table = await run.table(columns === undefined ? {} : { columns });
        return table.schema.fields.map(({ name }) =>
          chunksOf(table, name).flatMap((data) => Array.from({ length: data.length }, (_, row) => cellOf(data, row))),
        );
      };
      expect(await cells(ours)).toEqual(await cells(theirs));
    }
  });

  test("narrowed to a column, only that column is asked for", async () => {
    fake.queries.length = 0;
    await (await catalog.run(scan)).table({ columns: ["det"] });
    const events = fake.queries.filter(({ collection }) => collection === "event");
    expect(events.map(({ options }) => (options as { readonly projection?: object }).projection)).toEqual([
      { seq_num: 1, time: 1, "data.det": 1 },
    ]);
  });

  test("resources and datums come before the events that cite them, those of before run_start too", async () => {
    const store = fakeMongo();
    const put = (collection: string, ...items: Record<string, unknown>[]) => store.collections.set(collection, items);
    const image = { dtype: "array", shape: [2, 2], source: "x", external: "FILESTORE:" };
    put("run_start", { _id: 1, uid: "r", time: 1 });
    put("event_descriptor", { _id: 1, uid: "d", run_start: "r", time: 1, name: "primary", data_keys: { img: image } });
    put("event", {
      _id: 1,
      uid: "e",
      descriptor: "d",
      seq_num: 1,
      time: 2,
      data: { img: "datum 1" },
      timestamps: { img: 2 },
      filled: { img: true },
    });
    put("datum", { _id: 1, datum_id: "datum 1", resource: "res", datum_kwargs: { index: Long.fromNumber(0) } });
    put("resource", { _id: 1, uid: "res", spec: "NPY_SEQ", root: "", resource_path: "x", resource_kwargs: {} });
    const got: unknown[] = [];
    for await (const pair of mongoBackend({ database: store.database }).documents("r", { signal: never })) got.push(pair);
    expect(got.map((pair) => (pair as readonly unknown[])[0])).toEqual(["start", "descriptor", "resource", "datum", "event"]);
    expect(got.at(-2)).toMatchObject(["datum", { datum_kwargs: { index: 0 } }]);
    expect(got.at(-1)).toMatchObject(["event", { filled: { img: false }, data: { img: "datum 1" } }]);
  });

  test("a document that is there already is passed over, another with its uid is refused", async () => {
    const start = { uid: "once", time: 5, plan_name: "x" };
    const store = fakeMongo();
    const other = catalogOver(mongoBackend({ database: store.database }));
    await other.insert("start", start);
    await other.insert("start", start);
    expect(store.collections.get("run_start")).toHaveLength(1);
    await expect(other.insert("start", { ...start, plan_name: "y" })).rejects.toMatchObject({ code: "options" });
  });

  test("a run under way is followed to its stop", async () => {
    const store = fakeMongo();
    const backend = mongoBackend({ database: store.database });
    const key = { dtype: "number" as const, shape: [], source: "x" };
    await backend.insert?.("start", { uid: "r", time: 1 }, { signal: never });
    const got: string[] = [];
    const reading = (async () => {
      for await (const [name] of backend.follow!("r", { signal: never })) got.push(name);
    })();
    await backend.insert?.("descriptor", { uid: "d", run_start: "r", time: 1, data_keys: { x: key } }, { signal: never });
    for (let n = 1; n < 4; n++) {
      await backend.insert?.(
        "event",
        { uid: `e${n}`, descriptor: "d", seq_num: n, time: n, data: { x: n }, timestamps: { x: n } },
        { signal: never },
      );
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    await backend.insert?.("stop", { uid: "s", run_start: "r", time: 9, exit_status: "success" }, { signal: never });
    await reading;
    expect(got).toEqual(["start", "descriptor", "event", "event", "event", "stop"]);
  });

  test("a server that fails is a typed error, and the next call works", async () => {
    fake.fail(Object.assign(new Error("mongodb://user:secret@host is gone"), { name: "MongoNetworkError" }));
    const failed = catalog.run(-1);
    await expect(failed).rejects.toMatchObject({ code: "connection", retryable: true });
    await failed.catch((error: Error) => expect(error.message).not.toContain("secret"));
    fake.fail(Object.assign(new Error("no"), { name: "MongoServerError", code: 18 }));
    await expect(catalog.run(-1)).rejects.toMatchObject({ code: "auth" });
    fake.fail(undefined);
    expect((await catalog.run(-1)).uid).toBe((await memory.run(-1)).uid);
  });

  test("leaving a listing closes its cursors", async () => {
    for await (const _ of catalog) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(fake.open()).toBe(0);
  });

  test("without the driver the error says what to install", async () => {
    const absent = () => Promise.reject(new Error("Cannot find package 'mongodb'"));
    await expect(connectMongo({ uri: "mongodb://h/db" }, absent)).rejects.toMatchObject({ code: "unsupported", what: "mongodb" });
    await expect(connectMongo({ uri: "mongodb://h/db" }, absent)).rejects.toThrow("npm install mongodb");
  });

  test("what is no URI is refused without being shown", async () => {
    const refused = connectMongo({ uri: "http://user:secret@host/" });
    await expect(refused).rejects.toMatchObject({ code: "options" });
    await refused.catch((error: Error) => expect(error.message).not.toContain("secret"));
  });
});

describe("values of BSON", () => {
  test("keep every digit, through the driver's own bytes too", () => {
    const values = {
      long: Long.fromString("9007199254740993"),
      small: Long.fromNumber(7),
      most: Long.MAX_VALUE,
      int: new Int32(5),
      double: new Double(0.1),
      decimal: Decimal128.fromString("0.1"),
      precise: Decimal128.fromString("0.1000000000000000055511151231257827"),
      thousand: Decimal128.fromString("1.50E+3"),
      nan: Decimal128.fromString("NaN"),
      date: new Date("2026-11-22T01:02:03.456Z"),
      id: new ObjectId("6b028e5c6e81fb576cc533f2"),
      bytes: new Binary(Uint8Array.of(1, 2, 255)),
      list: [Long.fromString("-9007199254740993"), { deep: null }],
    };
    const expected = {
      long: 9_007_199_254_740_993n,
      small: 7,
      most: 9_223_372_036_854_775_807n,
      int: 5,
      double: 0.1,
      decimal: 0.1,
      precise: "0.1000000000000000055511151231257827",
      thousand: 1500,
      nan: Number.NaN,
      date: "2026-11-22T01:02:03.456Z",
      id: "6b028e5c6e81fb576cc533f2",
      bytes: Uint8Array.of(1, 2, 255),
      list: [-9_007_199_254_740_993n, { deep: null }],
    };
    expect(exact(values)).toEqual(expected);
    expect(exact(BSON.deserialize(BSON.serialize(values), { useBigInt64: true, promoteLongs: true }))).toEqual(expected);
  });

  test("a key such as __proto__ stays data", () => {
    const value = exact(JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}'));
    expect(Object.keys(value as object)).toEqual(["__proto__", "constructor"]);
    expect(({} as { readonly polluted?: unknown }).polluted).toBeUndefined();
  });

  test("decimals that a number writes alike are numbers, the others their text", () => {
    const counts = { number: 0, string: 0 };
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }), fc.integer({ min: -40, max: 40 }), (digits, exponent) => {
        const value = exact(Decimal128.fromString(`${digits}E${exponent}`));
        if (typeof value === "number") {
          const [mantissa = "", power = "0"] = value.toExponential().split("e");
          const [whole = "", fraction = ""] = mantissa.split(".");
          const shift = Number(power) - fraction.length - exponent;
          const ours = BigInt(whole + fraction);
          expect(shift >= 0 ? ours * 10n ** BigInt(shift) === digits : ours === digits * 10n ** BigInt(-shift)).toBe(true);
        } else expect(typeof value).toBe("string");
        counts[typeof value as "number" | "string"] += 1;
      }),
      { numRuns: 2000 },
    );
    const short = fc.property(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: -9, max: 9 }), (digits, exponent) => {
      expect(exact(Decimal128.fromString(`${digits}E${exponent}`))).toBe(Number(`${digits}e${exponent}`));
    });
    fc.assert(short, { numRuns: 500 });
    console.log(`decimals: 2500 cases; of the wide ones ${counts.number} numbers, ${counts.string} texts`);
  });
});
