import { flux } from "@influxdata/influxdb-client";
import { formatNanos } from "@sonde/core";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { influxMetrics } from "../../src/backends/influx/metrics.js";
import type { MetricRows } from "../../src/backends/types.js";
import { tokensOf } from "../../src/testing/influx/flux-lexer.js";
import { type InfluxServer, startInflux } from "../../src/testing/influx/server.node.js";
import { all, deviceAt, freely, refusal } from "./support.js";

const password = deviceAt({}).password;
const T = 1_661_949_759_708_000_000n;
let server: InfluxServer;
beforeEach(async () => {
  server = await startInflux({ token: password });
});
afterEach(() => server.close());
const metrics = (more = {}) => influxMetrics(deviceAt({ influx: server.port }, more));
const call = freely();

/** Rows as objects, nulls left out. */
function objectsOf({ times, columns }: MetricRows) {
  return Array.from(times, (time, row) => {
    const fields: { [name: string]: unknown } = { time };
    for (const column of columns) {
      const there = "valid" in column && column.valid ? column.valid(row) : true;
      const value = there ? column.values[row] : null;
      if (value !== null) fields[column.name] = value;
    }
    return fields;
  });
}
const rowsOf = async (...[topic, query = {}]: [string, { range?: { start: bigint; end: bigint }; fields?: string[] }?]) =>
  (await all(metrics().rows(topic, query, call))).flatMap(objectsOf);

describe("metrics of InfluxDB 2", () => {
  test("lists topics that have been silent for years, with their extents", async () => {
    server.write("old", 1n, { status: 0n });
    server.write("energy", T, { status: 0n, d1: 0.78 });
    server.write("energy", T + 5n, { status: 0n, d1: 0.8 });
    server.write("ahead", 4_000_000_000_000_000_000n, { status: 0n });
    server.write("without status", T, { a: 1.5 });
    expect(await metrics().topics(call)).toEqual([
      { topic: "ahead", extent: { start: 4_000_000_000_000_000_000n, end: 4_000_000_000_000_000_001n } },
      { topic: "energy", extent: { start: T, end: T + 6n } },
      { topic: "old", extent: { start: 1n, end: 2n } },
      { topic: "without status" },
    ]);
  });

  test("keeps nanoseconds and 64-bit integers, and lines fields up in rows in order of time", async () => {
    server.write("m", T + 1n, { status: 513n, big: 9_007_199_254_740_993n, text: 'a "b",\nc', ok: true, u: { unsigned: 2n ** 64n - 1n } });
    server.write("m", T, { status: 0n, x: Number.NaN, y: Number.NEGATIVE_INFINITY });
    expect(await rowsOf("m")).toEqual([
      { time: T, status: 0n, x: Number.NaN, y: Number.NEGATIVE_INFINITY },
      { time: T + 1n, status: 513n, big: 9_007_199_254_740_993n, text: 'a "b",\nc', ok: true, u: 2n ** 64n - 1n },
    ]);
    expect(await metrics().fields("m", call)).toEqual([
      { name: "big", type: "int64" },
      { name: "ok", type: "bool" },
      { name: "status", type: "int64" },
      { name: "text", type: "utf8" },
      { name: "u", type: "uint64" },
      { name: "x", type: "float64" },
      { name: "y", type: "float64" },
    ]);
  });

  test("asks for half open ranges to the nanosecond, and for nothing where a range is empty", async () => {
    for (const step of [0n, 1n, 2n, 3n]) server.write("m", T + step, { a: Number(step), b: step });
    const range = { start: T + 1n, end: T + 3n };
    expect(await rowsOf("m", { range, fields: ["a", "gone"] })).toEqual([
      { time: T + 1n, a: 1 },
      { time: T + 2n, a: 2 },
    ]);
    const asked = server.queries.length;
    expect(await rowsOf("m", { range: { start: T, end: T } })).toEqual([]);
    expect(await rowsOf("m", { range, fields: [] })).toEqual([]);
    expect(server.queries.length).toBe(asked);
    expect(await rowsOf("nothing")).toEqual([]);
    expect(await metrics().extent("nothing", call)).toBeNull();
  });

  test("walks years of silence in a few requests, in pieces that ascend", async () => {
    const day = 86_400_000_000_000n;
    for (const at of [0n, 1n, 900n, 2000n]) server.write("m", at * day, { a: Number(at) });
    expect((await rowsOf("m")).map(({ a }) => a)).toEqual([0, 1, 900, 2000]);
    expect(server.queries.length).toBeLessThan(16);
  });

  test("brings the newest rows without what comes before them", async () => {
    for (let at = 0; at < 500; at++) server.write("m", T + BigInt(at) * 60_000_000_000n, { a: at, s: at % 2 ? "odd" : "even", b: at > 3 });
    const newest = await metrics().newest("m", 3, call);
    expect(objectsOf(newest).map(({ a, s }) => [a, s])).toEqual([
      [497, "odd"],
      [498, "even"],
      [499, "odd"],
    ]);
    expect((await metrics().newest("m", 1000, call)).times.length).toBe(500);
    expect((await metrics().newest("none", 3, call)).times.length).toBe(0);
  });

  test("gives values of different types of one field the type that holds both", async () => {
    server.write("m", T, { a: 1n });
    server.write("m", T + 1n, { a: 1.5, b: "x" });
    server.write("m", T + 2n, { b: 2n });
    expect(await rowsOf("m")).toEqual([
      { time: T, a: 1 },
      { time: T + 1n, a: 1.5, b: "x" },
      { time: T + 2n, b: "2" },
    ]);
  });

  test("keeps rows of one time and different tags apart, tags as columns", async () => {
    server.write("m", T, { a: 1 }, { machine: "left" });
    server.write("m", T, { a: 2 }, { machine: "right" });
    expect(await rowsOf("m")).toEqual([
      { time: T, a: 1, machine: "left" },
      { time: T, a: 2, machine: "right" },
    ]);
  });

  test("finds topics and fields whatever their names are", async () => {
    const names = [
      'a" or true or "',
      "back\\slash",
      `$${"{now()}"}`,
      "line\nfeed",
      "tab\t",
      "ü 温度 \u{1f321}",
      "__proto__",
      '\\"',
      "a,b",
      " ",
    ];
    for (const [at, name] of names.entries()) server.write(name, T, { [name]: BigInt(at), status: 0n });
    for (const [at, name] of names.entries()) {
      const rows = await rowsOf(name, { fields: [name] });
      expect(
        rows.map((row) => Object.getOwnPropertyDescriptor(row, name)?.value ?? (name === "__proto__" ? BigInt(at) : undefined)),
      ).toEqual([BigInt(at)]);
    }
    expect((await metrics().topics(call)).map(({ topic }) => topic)).toEqual([...names].sort());
  });

  test("writes any text as one literal (1000 random texts)", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(tokensOf(flux`${text}`.toString())).toEqual([{ kind: "text", value: text }]);
      }),
      { numRuns: 1000 },
    );
  });

  test("says what it is, and refuses another password without showing either", async () => {
    expect(await metrics().info(call)).toEqual({ server: "InfluxDB", version: "v2.7.1", retention: 0n });
    const wrong = await refusal(metrics({ password: "hidden-word" }).info(call));
    expect(wrong.code).toBe("auth");
    expect(JSON.stringify([wrong, wrong.message, wrong.stack])).not.toContain("hidden-word");
    expect((await refusal(metrics({ organisation: "other" }).info(call))).code).toBe("not-found");
    expect((await refusal(metrics({ bucket: "other" }).topics(call))).code).toBe("not-found");
  });

  test("hides a token that the server repeats", async () => {
    server.inject({ status: 400, body: JSON.stringify({ code: "invalid", message: `bad token ${password}` }) });
    const error = await refusal(metrics().info(call));
    expect(error.message).toContain("bad token …");
    expect(error.message).not.toContain(password);
  });

  test("tries a busy server again, and tells what went wrong half way", async () => {
    server.write("m", T, { a: 1 });
    server.inject({ status: 503 });
    expect(await metrics().extent("m", call)).toEqual({ start: T, end: T + 1n });
    server.inject({
      csv: "#datatype,string,string\r\n#group,true,true\r\n#default,,\r\n,error,reference\r\n,query terminated: out of memory,897\r\n",
    });
    const failed = await refusal(metrics().extent("m", call));
    expect([failed.code, /half way: query terminated: out of memory/.test(failed.message)]).toEqual(["connection", true]);
  });

  test("reads an answer as the documentation prints it", async () => {
    // docs.influxdata.com, InfluxDB OSS v2, Reference, Syntax, Annotated CSV.
    const csv = [
      "#datatype,string,long,dateTime:RFC3339,string,string,double",
      "#group,false,false,false,true,true,false",
      "#default,,,,,,",
      ",result,table,_time,region,_field,_value",
      ",my-result,0,2020-01-01T00:00:10Z,east,used,15.43",
      ",my-result,0,2020-01-01T00:00:20.000000001Z,east,used,59.25",
      "",
      "#datatype,string,long,dateTime:RFC3339,string,string,long",
      "#group,false,false,false,true,true,false",
      "#default,my-result,,,west,,",
      ",result,table,_time,region,_field,_value",
      ",,1,2020-01-01T00:00:10Z,,used,",
      "",
    ].join("\n");
    server.write("m", 1_577_836_810_000_000_000n, { a: 1 });
    const read = metrics();
    const rows = read.rows("m", {}, call)[Symbol.asyncIterator]();
    // Once for the ends, once for the rows.
    server.inject({ csv });
    server.inject({ csv });
    const { value } = await rows.next();
    expect(value && objectsOf(value).map((row) => ({ ...row, time: formatNanos(row.time as bigint) }))).toEqual([
      { time: "2020-01-01T00:00:10.000000000Z", region: "east", used: 15.43 },
      { time: "2020-01-01T00:00:10.000000000Z", region: "west" },
      { time: "2020-01-01T00:00:20.000000001Z", region: "east", used: 59.25 },
    ]);
    await rows.return?.();
  });

  test("ends with a typed error for every answer that is cut or damaged (random damage, 400 cases)", async () => {
    const good = [
      "#datatype,string,long,dateTime:RFC3339,string,double",
      "#group,false,false,false,true,false",
      "#default,first,,,,",
      ",result,table,_time,_field,_value",
      ",,0,2020-01-01T00:00:10Z,used,15.43",
      "",
    ].join("\r\n");
    let typed = 0;
    for (let round = 0; round < 400; round++) {
      const at = (round * 7919) % good.length;
      const csv = round % 2 ? good.slice(0, at) : `${good.slice(0, at)}${String.fromCharCode((round * 31) % 127)}${good.slice(at + 1)}`;
      server.inject({ csv });
      try {
        await metrics({ attempts: 1 }).extent("m", call);
      } catch (error) {
        expect(error).toHaveProperty("code", expect.stringMatching(/^(format|connection|limit)$/));
        typed += 1;
      }
    }
    console.log(`${typed} of 400 damaged answers refused`);
  });

  test("refuses a line without end before it is held in memory", async () => {
    server.inject({ csv: `"${"x".repeat(6 * 2 ** 20)}` });
    expect((await refusal(metrics().extent("m", call))).code).toBe("limit");
  });

  test("passes the signal on, and stops with its reason", async () => {
    const reason = new Error("enough");
    const aborted = AbortSignal.abort(reason);
    await expect(metrics().topics({ signal: aborted })).rejects.toBe(reason);
    await expect(all(metrics().rows("m", {}, { signal: aborted }))).rejects.toBe(reason);
    expect(server.queries).toEqual([]);
    const seen: string[] = [];
    await metrics().topics(freely({ observe: ({ kind, target }) => seen.push(`${kind} ${target}`) }));
    expect(seen).toEqual([`request http://127.0.0.1:${server.port}/api/v2/query`]);
  });
});
