import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rowsOf } from "@sonde/core";
import { efdInflux, openInflux } from "@sonde/efd";
import { floatBits } from "../lib/exact.mjs";
import { startInfluxd } from "./influxd.mjs";

const user = { username: "reader", password: "pä:ss wörd" };
/** Their HTTP client sends passwords in Latin-1, which the database does not read. */
const theirUser = { username: "observer", password: "plain" };
const origin = 1_596_837_600_000_000_001n;
const dome = "lsst.sal.ATDome.position";
const mount = "lsst.sal.MTMount.azimuth";
const packed = "lsst.sal.MTM1M3.forceActuatorData";
const awkward = `a "b"\\c 'd', ünï=;--`;
const isot = (time) => new Date(Number(time / 1_000_000n)).toISOString().slice(0, -1);

export async function suite(context) {
  const server = await startInfluxd(context.binary, context.scratch);
  try {
    await fill(server);
    const efd = await openInflux({ url: server.url, ...user, chunkSize: 700 });
    const source = await efdInflux.open({ url: server.url, ...user });
    await asTheirs(context, server, efd, source);
    await asWritten(context, efd, source);
    await refusals(context.cases, server, efd);
    await source.close();
    await efd.close();
  } finally {
    await server.stop();
  }
}

/** Numbers that the other side wrote in its own way, and a user who may only read. */
async function fill({ url }) {
  const ask = (q) => succeed(fetch(`${url}query`, { method: "POST", headers: admin, body: new URLSearchParams({ q }) }));
  const admin = { Authorization: `Basic ${btoa("admin:admin")}` };
  const write = (lines) => succeed(fetch(`${url}write?db=efd&precision=ns`, { method: "POST", headers: admin, body: lines.join("\n") }));
  await succeed(
    fetch(`${url}query`, {
      method: "POST",
      body: new URLSearchParams({ q: "CREATE USER admin WITH PASSWORD 'admin' WITH ALL PRIVILEGES" }),
    }),
  );
  await ask("CREATE DATABASE efd");
  for (const { username, password } of [user, theirUser]) {
    await ask(`CREATE USER ${username} WITH PASSWORD '${password}'; GRANT READ ON efd TO ${username}`);
  }
  await write(Array.from({ length: 5000 }, (_, row) => `${dome} ${domeFields(row)} ${domeTime(row)}`));
  await write(
    Array.from({ length: 300 }, (_, row) => `${mount} salIndex=${1 + (row % 3)}i,angle=${row / 7} ${origin + BigInt(row) * 50_000_000n}`),
  );
  const values = (row, base) => Array.from({ length: 20 }, (_, index) => `${base}${index}=${Math.cos(row * 20 + index)}`);
  await write(
    Array.from({ length: 30 }, (_, row) => {
      const stamp = `cRIO_timestamp=${1_596_837_637.25 + row}`;
      return `${packed} ${[...values(row, "xForce"), ...values(row, "yForce"), stamp].join(",")} ${origin + BigInt(row) * 1_000_000_000n}`;
    }),
  );
  await write([
    `${awkward.replace(/([ ,])/g, "\\$1")},t\\ ag=v\\,1 ${'fi"eld\\ x'}=1.5,n=-9223372036854775807i,b=false,s="q\\"\\\\ ü" -5`,
    "extremes v=1.7976931348623157e308,w=5e-324,x=1e21,y=-0.1 1",
  ]);
}

const domeTime = (row) => origin + BigInt(row) * 100_000_007n;
const domeFields = (row) =>
  [`azimuth=${Math.sin(row / 50) * 360}`, `count=${9_007_199_254_740_993n + BigInt(row)}i`, ...(row % 7 ? [`torque=${row / 3}`] : [])].join(
    ",",
  );

async function asTheirs({ cases, python, scratch }, server, efd, source) {
  const topics = [dome, mount, packed];
  const span = (from, seconds) => ({ start: isot(origin + from), end: isot(origin + from + BigInt(seconds) * 1_000_000_000n) });
  const plan = {
    ...theirUser,
    topics,
    series: [
      { topic: dome, fields: ["azimuth", "count"], ...span(0n, 60) },
      { topic: dome, fields: ["torque"], ...span(100_000_000_000n, 7) },
      { topic: mount, fields: ["angle"], index: 2, ...span(1_000_000_000n, 9) },
      { topic: mount, fields: ["angle", "salIndex"], ...span(0n, 3600) },
    ],
    newest: [
      { topic: dome, fields: ["azimuth"], rows: 1 },
      { topic: dome, fields: ["count", "azimuth"], rows: 25 },
      { topic: mount, fields: ["angle"], rows: 10, before: isot(origin + 5_000_000_000n) },
    ],
    packed: [
      { topic: packed, fields: ["xForce"], ...span(-1_000_000_000n, 3600) },
      { topic: packed, fields: ["xForce", "yForce"], ...span(3_000_000_000n, 5) },
    ],
    windows: [
      { topic: dome, fields: ["azimuth", "torque"], width: 10_000_000_000 },
      { topic: mount, fields: ["angle"], width: 333_333_333 },
    ],
  };
  const file = join(scratch, "plan.json");
  writeFileSync(file, JSON.stringify(plan));
  const found = await python("ask.py", String(server.port), file);

  await cases.compare("topics", async () => [...(await efd.topics())].sort(), [...found.topics].sort());
  for (const topic of topics) {
    await cases.compare(`fields of ${topic}`, async () => (await efd.fields(topic)).map(({ name }) => name), found.fields[topic]);
  }
  for (const [index, { topic, fields, start, end, index: component }] of plan.series.entries()) {
    const read = async () => rowsIn(await efd.timeSeries(topic, { fields, start: `${start}Z`, end: `${end}Z`, index: component }).table());
    await cases.compare(`series ${index}: ${fields.join(", ")} of ${topic}`, read, found.series[index]);
  }
  for (const [index, { topic, fields, rows, before }] of plan.newest.entries()) {
    const read = async () => rowsIn(await efd.topN(topic, { fields, rows, ...(before === undefined ? {} : { before: `${before}Z` }) }));
    await cases.compare(`newest ${rows} of ${topic}`, read, found.newest[index]);
  }
  for (const [index, { topic, fields, start, end }] of plan.packed.entries()) {
    const read = async () => {
      const table = await efd.packedTimeSeries(topic, { baseFields: fields, start: `${start}Z`, end: `${end}Z` });
      // Their times pass through days as doubles, twice, and are exact to a microsecond or so.
      return rowsIn(table).map(([time, cells]) => [String((BigInt(time) + 500n) / 1000n), cells]);
    };
    await cases.compare(`packed ${fields.join(", ")}, case ${index}`, read, found.packed[index]);
  }
  for (const [index, { topic, fields, width }] of plan.windows.entries()) {
    const stream = await source.stream(topic);
    const statistics = ["count", "min", "max", "mean", "median", "stddev"];
    const read = async () => {
      const table = await stream.windows({ width: BigInt(width), columns: fields, statistics }).table();
      return shortened(
        objectsIn(table).map((row) => [
          String(row.time),
          Object.fromEntries(fields.map((name) => [name, statistics.map((one) => row[`${one}_${name}`])])),
        ]),
      );
    };
    await cases.compare(`windows of ${width} ns of ${topic}`, read, shortened(found.windows[index]));
  }
}

async function asWritten({ cases }, efd, source) {
  const all = async (topic, fields) => rowsIn(await efd.timeSeries(topic, { fields }).table());
  const written = Array.from({ length: 5000 }, (_, row) => [
    String(domeTime(row)),
    {
      azimuth: floatBits(Math.sin(row / 50) * 360),
      count: { integer: String(9_007_199_254_740_993n + BigInt(row)) },
      torque: row % 7 ? floatBits(row / 3) : null,
    },
  ]);
  await cases.compare("every row by its nanoseconds and bits", () => all(dome), written);
  const odd = { 'fi"eld x': floatBits(1.5), b: false, n: { integer: "-9223372036854775807" }, s: 'q"\\ ü', "t ag": "v,1" };
  await cases.compare("names and texts of any kind", async () => (await all(awkward)).map(([time, cells]) => [time, sortKeys(cells)]), [
    ["-5", sortKeys(odd)],
  ]);
  const extremes = { v: floatBits(Number.MAX_VALUE), w: floatBits(5e-324), x: floatBits(1e21), y: floatBits(-0.1) };
  await cases.compare("the ends of the doubles", () => all("extremes"), [["1", extremes]]);
  const stream = await source.stream(dome);
  const { extent } = await stream.describe();
  cases.equal("first and last instant", [extent.start, extent.end].map(String), [String(domeTime(0)), String(domeTime(4999) + 1n)]);
  await cases.compare(
    "the tail of a stream",
    async () => objectsIn(await stream.tail(3)).map(({ time }) => String(time)),
    [4997, 4998, 4999].map((row) => String(domeTime(row))),
  );
}

async function refusals(cases, server, efd) {
  const { url } = server;
  await cases.compare("a wrong password", () => refused(openInflux({ url, username: user.username, password: "wrong" })), "auth");
  await cases.compare("no user", () => refused(openInflux({ url })), "auth");
  await cases.compare("a database that may not be read", () => refused(openInflux({ url, ...user, database: "_internal" })), "auth");
  await cases.compare("a topic that is not there", () => refused(efd.fields("none")), "not-found");
  await cases.compare("a field that is not there", () => refused(efd.timeSeries(dome, { fields: ["none"] }).table()), "not-found");
  const query = (text) => refused(efd.query(text)[Symbol.asyncIterator]().next());
  await cases.compare("no InfluxQL", () => query("SELECT FROM"), "options");
  await cases.compare("a query that the user may not make", () => query("DROP DATABASE efd"), "auth");
}

async function refused(work) {
  try {
    await work;
  } catch (error) {
    return error.code;
  }
  throw new Error("is not refused");
}

async function succeed(work) {
  const response = await work;
  const text = await response.text();
  if (!response.ok || text.includes('"error"')) throw new Error(`InfluxDB answered ${response.status}: ${text}`);
}

const objectsIn = (table) => table.batches.flatMap((batch) => [...rowsOf(batch)]);
const rowsIn = (table) =>
  objectsIn(table).map(({ time, ...cells }) => [
    String(time),
    Object.fromEntries(Object.entries(cells).map(([name, value]) => [name, cellOf(value)])),
  ]);

function cellOf(value) {
  if (typeof value === "bigint") return { integer: String(value) };
  return typeof value === "number" ? floatBits(value) : value;
}

const sortKeys = (cells) => Object.fromEntries(Object.entries(cells).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Both sides sum in an order of their own: nine digits are compared. */
const shortened = (windows) =>
  windows.map(([time, cells]) => [
    time,
    Object.fromEntries(
      Object.entries(cells).map(([name, values]) => [
        name,
        values.map((value) => (value === null ? null : Number(Number(value).toPrecision(9)))),
      ]),
    ),
  ]);
