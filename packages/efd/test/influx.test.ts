import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isSondeError, open, rowsOf, type SondeErrorCode, taiToUtc } from "@sonde/core";
import { fieldInfo, type Table, timesOf } from "@sonde/core/connector";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { efdCredentials, efdInflux, efdNames, openInflux, unpackFields } from "../src/index.js";
import { startInfluxServer } from "../src/testing/index.js";
import { origin, plantLines, topic } from "./support/influx.js";

const awkward = 'lsst."quoted" \\back\' ünïcode; DROP';
const registry = {
  [topic]: [
    { name: "azimuth", type: "double", units: "deg", description: "of the dome", default: 0 },
    { name: "count", type: ["null", "long"], units: "unitless", doc: "so many" },
    { name: "list", type: { type: "array", items: "float" }, units: "V" },
  ],
};
const server = await startInfluxServer({ username: "reader", password: "secret", registry });
const access = { url: server.url, username: "reader", password: "secret", chunkSize: 100 };
const efd = await openInflux({ ...access, schemaRegistry: server.registry });
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sonde-efd-"));
  server.write(plantLines(1000));
  server.write("lsst.sal.ATDome.list list0=1,list1=2 1\nlsst.sal.MTMount.old MTMountID=1i,v=1 1\nlsst.sal.MTMount.old MTMountID=2i,v=2 2");
  server.write("tagged,salIndex=1 v=1 1\ntagged,salIndex=2 v=2 2\nbig v=1e21,w=-1e-7 5");
  server.write(`${awkward.replace(/([ ,])/g, "\\$1")} ${'a\\ "b"\\=c'}=1 7`);
  server.write("m x=1 1", "lsst.MTCamera");
});
afterEach(() => server.intercept(undefined));
afterAll(async () => {
  await efd.close();
  await server.close();
  await rm(folder, { recursive: true });
});
const refusal = (code: SondeErrorCode) => expect.toSatisfy((error) => isSondeError(error, code));
const rowsIn = (table: Table) => table.batches.flatMap((batch) => [...rowsOf(batch)]);
const objects = async (rows: AsyncIterable<unknown>) => {
  const all = [];
  for await (const row of rows) all.push(row);
  return all;
};

describe("openInflux", () => {
  test("says where it is and which version answers", () => {
    expect([efd.url, efd.database, efd.version]).toEqual([server.url, "efd", "1.6.7"]);
  });

  test("refuses a database that is not there, wrong options and wrong credentials", async () => {
    await expect(openInflux({ ...access, database: "none" })).rejects.toEqual(refusal("not-found"));
    await expect(openInflux({ ...access, password: "wrong" })).rejects.toEqual(refusal("auth"));
    await expect(openInflux({ url: "nowhere" })).rejects.toEqual(refusal("options"));
    await expect(openInflux({ ...access, efd: "usdf_efd" })).rejects.toEqual(refusal("options"));
  });

  test("finds a database by its label, in the file of EFDAUTH or by the discovery service", async () => {
    const entry = { url: server.url, username: "reader", password: "secret", schema_registry: server.registry, database: "lsst.MTCamera" };
    const authFile = join(folder, "efdauth.json");
    await writeFile(authFile, JSON.stringify({ camera_efd: entry, __proto__x: {} }));
    await using byFile = await openInflux({ efd: "camera_efd", authFile });
    expect([byFile.database, await byFile.topics()]).toEqual(["lsst.MTCamera", ["m"]]);
    process.env.EFDAUTH = authFile;
    expect(await efdNames()).toEqual(["__proto__x", "camera_efd"]);
    expect(await efdCredentials("camera_efd")).toMatchObject({ username: "reader", schemaRegistry: server.registry });
    delete process.env.EFDAUTH;
    await expect(efdCredentials("constructor", { authFile })).rejects.toEqual(refusal("not-found"));
    await expect(efdNames()).rejects.toEqual(refusal("options"));
    await using byService = await openInflux({ efd: "test_efd", discovery: server.discovery, token: "test-token" });
    expect((await byService.schema(topic))[0]?.units).toBe("deg");
    await expect(efdNames({ discovery: server.discovery, token: "wrong" })).rejects.toEqual(refusal("auth"));
    await writeFile(authFile, '{"camera_efd": "hunter2');
    const error = await efdNames({ authFile }).catch((cause: unknown) => cause);
    expect(String(error)).not.toContain("hunter2");
    expect(error).toEqual(refusal("format"));
  });
});

describe("the client", () => {
  test("lists topics, fields with their types, and tags", async () => {
    expect(await efd.topics()).toContain(awkward);
    expect(await efd.fields(topic)).toEqual([
      { name: "azimuth", type: "float" },
      { name: "count", type: "integer" },
      { name: "name", type: "string" },
      { name: "torque", type: "float" },
      { name: "valid", type: "boolean" },
    ]);
    expect(await efd.tags(topic)).toEqual(["site"]);
    await expect(efd.fields("none")).rejects.toEqual(refusal("not-found"));
  });

  test("describes fields as the schema registry does", async () => {
    expect(await efd.schema(topic)).toEqual([
      { name: "azimuth", type: "double", units: "deg", description: "of the dome", isArray: false },
      { name: "count", type: "long", units: "unitless", description: "so many", isArray: false },
      { name: "list", type: "float", units: "V", description: "", isArray: true },
    ]);
    await expect(efd.schema("none")).rejects.toEqual(refusal("not-found"));
    await expect((await openInflux(access)).schema(topic)).rejects.toEqual(refusal("unsupported"));
  });

  test("reads a time series exactly, with units, half open", async () => {
    const end = origin + 3n * 1_000_001n;
    const table = await efd.timeSeries(topic, { start: origin, end, fields: ["count", "azimuth", "torque", "site"] }).table();
    expect(rowsIn(table)).toMatchObject([
      { time: origin, azimuth: 0, count: 9_007_199_254_740_993n, torque: null, site: "summit" },
      { time: origin + 1_000_001n, azimuth: Math.sin(0.01) * 360, count: 9_007_199_254_740_994n, torque: 0.125 },
      { time: origin + 2_000_002n, count: 9_007_199_254_740_995n },
    ]);
    expect(table.schema.fields.map((field) => [field.name, fieldInfo(field).unit])).toEqual([
      ["time", undefined],
      ["azimuth", "deg"],
      ["count", "unitless"],
      ["torque", undefined],
      ["site", undefined],
    ]);
  });

  test("takes ranges by span and around an instant, and gives nothing for one that is empty or past all time", async () => {
    const times = async (range: object) => {
      const table = await efd.timeSeries(topic, { fields: ["azimuth"], ...range }).table();
      return table.batches.flatMap((batch) => [...timesOf(batch)].map((time) => time - origin));
    };
    expect(await times({ start: origin, span: 1_000_002n })).toEqual([0n, 1_000_001n]);
    expect(await times({ around: origin + 1_000_001n, span: "2ms" })).toEqual([1_000_001n, ...[]]);
    expect(await times({ start: origin, end: origin })).toEqual([]);
    expect(await times({ start: 2n ** 63n - 1n })).toEqual([]);
    expect((await times({})).length).toBe(1000);
  });

  test("selects a component by salIndex, or by its old name", async () => {
    const values = async (name: string, index: number) =>
      rowsIn(await efd.timeSeries(name, { fields: ["v"], index }).table()).map(({ v }) => v);
    expect(await values("tagged", 2)).toEqual([2]);
    expect(await values("lsst.sal.MTMount.old", 1)).toEqual([1]);
    await expect(efd.timeSeries(topic, { index: 1 }).table()).rejects.toEqual(refusal("unsupported"));
  });

  test("gives the newest rows, ascending, before an instant too", async () => {
    const times = (table: Awaited<ReturnType<typeof efd.topN>>) =>
      table.batches.flatMap((batch) => [...timesOf(batch)].map((time) => (time - origin) / 1_000_001n));
    expect(times(await efd.topN(topic, { rows: 3, fields: ["azimuth"] }))).toEqual([997n, 998n, 999n]);
    expect(times(await efd.topN(topic, { rows: 2, fields: ["azimuth"], before: origin + 2_000_002n }))).toEqual([0n, 1n]);
    expect(times(await efd.topN(topic, { rows: 0 }))).toEqual([]);
    expect(times(await efd.topN(topic, { rows: 250, fields: ["azimuth"] })).at(0)).toBe(750n);
  });

  test("turns the times of databases in TAI to UTC", async () => {
    const table = await efd.timeSeries(topic, { start: taiToUtc(origin), span: 1n, fields: ["azimuth"], scale: "tai" }).table();
    expect(table.batches.flatMap((batch) => [...timesOf(batch)])).toEqual([taiToUtc(origin)]);
    expect(taiToUtc(origin)).toBe(origin - 37_000_000_000n);
  });

  test("keeps names whatever they hold, as names", async () => {
    const table = await efd.timeSeries(awkward, {}).table();
    expect(rowsIn(table)).toMatchObject([{ time: 7n, 'a "b"=c': 1 }]);
    await expect(efd.timeSeries(topic, { fields: ['azimuth" FROM x; DROP DATABASE efd; --'] }).table()).rejects.toEqual(
      refusal("not-found"),
    );
    expect(server.queries.some((query) => query.startsWith("DROP"))).toBe(false);
  });

  test("reads floats that the database prints as integers", async () => {
    expect(rowsIn(await efd.timeSeries("big").table())).toMatchObject([{ v: 1e21, w: -1e-7 }]);
  });

  test("passes a query on as it is, in pieces, its times exact", async () => {
    const pieces = await objects(efd.query(`SELECT azimuth, count FROM "${topic}" LIMIT 5`, { chunkSize: 2 }));
    expect(pieces).toMatchObject([
      { statement: 0, name: topic, columns: ["time", "azimuth", "count"], partial: true, rows: [[origin, 0, 9_007_199_254_740_993n], {}] },
      { partial: true },
      { partial: false, rows: [{}] },
    ]);
    expect(await objects(efd.query('SHOW MEASUREMENTS; SELECT x FROM "m"', { database: "lsst.MTCamera" }))).toMatchObject([
      { statement: 0, rows: [["m"]] },
      { statement: 1, rows: [[1n, 1]] },
    ]);
  });

  test("sends long queries as a form", async () => {
    const query = `SELECT azimuth FROM "${topic}" WHERE ${Array(500).fill("time >= 5").join(" AND ")} LIMIT 1`;
    expect(await objects(efd.query(query))).toHaveLength(1);
    expect(server.queries.at(-1)).toBe(query);
  });

  test("says what is wrong with a query, though the status is 200", async () => {
    await expect(objects(efd.query("SELECT FROM"))).rejects.toEqual(refusal("options"));
    await expect(objects(efd.query('SELECT x FROM "none"."autogen"."m"'))).rejects.toEqual(refusal("not-found"));
    server.intercept(({ response }) => {
      response.end('{"results":[{"statement_id":0,"error":"query timeout limit exceeded: 5s"}]}');
      return true;
    });
    await expect(objects(efd.query("SELECT x FROM y"))).rejects.toEqual(expect.objectContaining({ code: "connection", retryable: true }));
    server.intercept(({ response }) => {
      response.end("<html>a portal</html>");
      return true;
    });
    await expect(efd.topics()).rejects.toEqual(refusal("format"));
  });

  test("asks again while the server is busy, and gives rows that were complete when it breaks off", async () => {
    let refused = 0;
    server.intercept(({ response }) => {
      if (refused++ > 0) return false;
      response.writeHead(503, { "Retry-After": "0" }).end();
      return true;
    });
    expect(await efd.tags(topic)).toEqual(["site"]);
    expect(refused).toBe(2);
    server.intercept(({ query, response }) => {
      if (!query.startsWith("SELECT")) return false;
      response.write(
        '{"results":[{"series":[{"name":"x","columns":["time","azimuth"],"values":[[1,2],[3,4]],"partial":true}],"partial":true}]}\n',
      );
      setTimeout(() => response.destroy(), 20);
      return true;
    });
    const rows: number[] = [];
    const read = async () => {
      for await (const batch of efd.timeSeries(topic, { fields: ["azimuth"] })) rows.push(batch.numRows);
    };
    await expect(read()).rejects.toEqual(expect.objectContaining({ code: "connection", retryable: true }));
    expect(rows).toEqual([2]);
  });

  test("notices an answer that ends in the middle of a series", async () => {
    server.intercept(({ response }) => {
      response.end('{"results":[{"series":[{"name":"x","columns":["time","v"],"values":[[1,2]],"partial":true}],"partial":true}]}\n');
      return true;
    });
    await expect(objects(efd.query("SELECT v FROM x"))).rejects.toEqual(expect.objectContaining({ code: "connection", retryable: true }));
  });

  test("refuses a piece past maxBytes", async () => {
    await using small = await openInflux({ ...access, maxBytes: 65_536, chunkSize: 10_000 });
    await expect(small.timeSeries(topic).table()).rejects.toEqual(expect.objectContaining({ code: "limit", option: "maxBytes" }));
  });

  test("refuses a table that would grow past what is allowed", async () => {
    await expect(efd.timeSeries(topic).table({ maxBytes: 1000 })).rejects.toEqual(refusal("limit"));
  });

  test("refuses cells that are not of the type that the database said", async () => {
    for (const row of ["[1,null]", '[1,"x"]', '["x",1]', "[1.5,1]", "[1]", "[1,[2]]", "[null,1]"]) {
      server.intercept(({ query, response }) => {
        if (!query.startsWith("SELECT")) return false;
        response.end(`{"results":[{"series":[{"name":"x","columns":["time","azimuth"],"values":[${row}]}]}]}`);
        return true;
      });
      const read = efd.timeSeries(topic, { fields: ["azimuth"] }).table();
      if (row === "[1,null]") expect((await read).numRows).toBe(1);
      else await expect(read).rejects.toEqual(refusal("format"));
    }
  });

  test("stops by its signal, in an answer too", async () => {
    const reason = new Error("enough");
    await expect(efd.topics({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const read = async () => {
      for await (const _ of efd.query(`SELECT azimuth FROM "${topic}"`, { chunkSize: 10, signal: controller.signal }))
        controller.abort(reason);
    };
    await expect(read()).rejects.toBe(reason);
  });

  test("is closed for good", async () => {
    const other = await openInflux(access);
    await other.close();
    await other.close();
    await expect(other.topics()).rejects.toEqual(refusal("closed"));
    const third = await openInflux(access);
    server.intercept(({ query, response }) => query.startsWith("SELECT") && response.write(" "));
    const waiting = objects(third.query("SELECT x FROM y"));
    setTimeout(() => third.close(), 50);
    await expect(waiting).rejects.toEqual(refusal("closed"));
  });
});

describe("packed signals", () => {
  const packed = "lsst.sal.MTM1M3.packed";
  beforeAll(() => {
    const line = (row: number) => {
      const values = Array.from({ length: 12 }, (_, index) => `a${index}=${row * 100 + index},b${index}=${-index}`).join(",");
      return `${packed} ${values},cRIO_timestamp=${1_596_837_637 + row * 0.5} ${origin + BigInt(row)}`;
    };
    server.write([0, 1, 2].map(line).join("\n"));
  });

  test("come one row a value, at times in UTC", async () => {
    const table = await efd.packedTimeSeries(packed, { baseFields: ["a", "b"], stride: 3 });
    const rows = rowsIn(table);
    expect(rows.map(({ a }) => a)).toEqual([0, 3, 6, 9, 100, 103, 106, 109, 200, 203, 206, 209]);
    expect(rows[1]).toEqual({ time: 1_596_837_600_125_000_000n, a: 3, b: -3, times: 1_596_837_637.125 });
    expect(rows.at(-1)?.time).toBe(1_596_837_601_375_000_000n);
  });

  test("have no interval in one message, and no row in none", async () => {
    const one = await efd.packedTimeSeries(packed, { baseFields: ["a"], start: origin, span: 1n });
    expect(new Set(rowsIn(one).map(({ time }) => time)).size).toBe(1);
    expect(one.numRows).toBe(12);
    expect((await efd.packedTimeSeries(packed, { baseFields: ["a"], start: 0n, span: 1n })).numRows).toBe(0);
  });

  test("are refused where they do not fit", async () => {
    const table = await efd.timeSeries(packed).table();
    expect(() => unpackFields(table, { baseFields: ["a"], stride: 5 })).toThrow(refusal("options"));
    expect(() => unpackFields(table, { baseFields: [] })).toThrow(refusal("options"));
    expect(() => unpackFields(table, { baseFields: ["none"] })).toThrow(refusal("not-found"));
    expect(() => unpackFields(table, { baseFields: ["a"], reference: "none" })).toThrow(refusal("not-found"));
  });
});

describe("the connector", () => {
  const [, read] = [efdInflux.address?.schemes, (text: string) => efdInflux.address?.toOptions(new URL(text))];

  test("reads addresses", () => {
    expect(read("efd+influx://host:8086/efd")).toEqual({ url: "https://host:8086/", database: "efd" });
    expect(read("efd+influx://host/influxdb%20x/lsst.MTCamera")).toEqual({ url: "https://host/influxdb%20x/", database: "lsst.MTCamera" });
    expect(read("efd+influx+http://127.0.0.1:8086")).toEqual({ url: "http://127.0.0.1:8086/" });
    expect(read("efd+influx:usdf_efd")).toEqual({ efd: "usdf_efd" });
    expect(read("efd+influx:usdf_efd/lsst.MTCamera")).toEqual({ efd: "usdf_efd", database: "lsst.MTCamera" });
    expect(read("efd+influx:")).toBeUndefined();
    expect(read("efd+influx://user@host/efd")).toBeUndefined();
  });

  test("answers windows as the rows would, and merges those of a topic without numbers here", async () => {
    await using source = await efdInflux.open(access);
    const stream = await source.stream(topic);
    const windows = await stream
      .windows({ start: origin, span: "100ms", width: "50ms", columns: ["torque", "count"], statistics: ["mean", "max", "count"] })
      .table();
    expect(server.queries.at(-1)).toContain("GROUP BY time(50000000ns)");
    const [first] = rowsIn(windows);
    expect(first).toMatchObject({ count_count: 50n, max_count: 9_007_199_254_740_993n + 49n });
    expect(fieldInfo(windows.schema.fields[1]!)).toMatchObject({ of: "count", statistic: "mean" });
    server.write('texts s="a" 1\ntexts s="b" 2');
    const texts = await (await source.stream("texts")).windows({ width: "1s", statistics: ["count"] }).table();
    expect(rowsIn(texts)).toEqual([{ time: 0n, count_rows: 2n }]);
  });

  test("follows rows that come late, each once, though two share a time", async () => {
    server.write("late,s=a v=1 10000000000");
    await using source = await efdInflux.open({ ...access, pollInterval: "10ms", lateness: "5s" });
    const stream = await source.stream("late");
    setTimeout(() => server.write("late,s=a v=2 11000000000"), 200);
    const seen: unknown[] = [];
    for await (const { time, v, s } of stream.follow({ columns: ["v", "s"] }).rows()) {
      seen.push([time, v, s]);
      if (seen.length === 1) server.write("late,s=a v=3 6000000000\nlate,s=b v=4 11000000000\nlate,s=a v=5 4000000000");
      if (seen.length === 3) server.write("late,s=a v=6 12000000000");
      if (seen.length === 4) break;
    }
    expect(seen).toEqual([
      [11_000_000_000n, 2, "a"],
      [6_000_000_000n, 3, "a"],
      [11_000_000_000n, 4, "b"],
      [12_000_000_000n, 6, "a"],
    ]);
  });

  test("opens by an address", async () => {
    const open4 = await startInfluxServer();
    open4.write("m v=1 1");
    const url = `efd+influx+http://${new URL(open4.url).host}/efd`;
    await using source = await open(url, { connectors: [efdInflux] });
    expect((await (await source.stream("m")).table()).numRows).toBe(1);
    await open4.close();
  });
});
