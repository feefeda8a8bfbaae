import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { capabilityRow, conformance } from "@sonde/testkit";
import { afterAll, expect, test } from "vitest";
import { type EfdInfluxInput, efdInflux, efdInfluxOptions } from "../src/index.js";
import { type InfluxServer, startInfluxServer } from "../src/testing/index.js";
import { origin, plantLines, topic } from "./support/influx.js";

const silent = createServer((socket) => socket.on("error", () => {}));
await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", () => resolve()));
// A port that takes connections and says nothing.
const silentPort = (silent.address() as { port: number }).port;

const server = await startInfluxServer({ username: "reader", password: "pä:ss word" });
server.write(plantLines(20_000));
const hostile = '__proto__ __proto__=1,constructor="x" 5';
server.write(hostile);
const broken = await startInfluxServer();
broken.write(plantLines(20_000));
broken.intercept(({ query, response }) => {
  if (!query.startsWith("SELECT")) return false;
  const row = (index: number) => `[${origin + BigInt(index)},1.5,2,"x",null,true,"summit"]`;
  const columns = '["time","azimuth","count","name","torque","valid","site"]';
  const head = `{"results":[{"statement_id":0,"series":[{"name":"x","columns":${columns},"values":[`;
  response.write(`${head}${Array.from({ length: 300 }, (_, index) => row(index)).join(",")}],"partial":true}],"partial":true}]}\n`);
  response.end(`${head}[15`);
  return true;
});
const servers = new Map<unknown, InfluxServer>();
let emitted = 0;
afterAll(async () => {
  silent.close();
  for (const one of [server, broken, ...servers.values()]) await one.close();
});

const options: EfdInfluxInput = {
  url: server.url,
  username: "reader",
  password: "pä:ss word",
  chunkSize: 1000,
  pollInterval: "20ms",
  attempts: 2,
};
const fixture = {
  options,
  stream: { id: topic, rows: 20_000, firstTimes: [origin, origin + 1_000_001n, origin + 2_000_002n] },
  damaged: { options: { url: broken.url }, stream: topic, rows: 300 },
  hostile: { stream: "__proto__", column: "__proto__" },
  invalid: [
    {},
    { url: 5 },
    { url: "ftp://x" },
    { ...options, chunkSize: 0 },
    { ...options, unknown: true },
    { url: server.url, username: "x" },
  ],
  unauthorised: { ...options, password: "wrong" },
  unreachable: { ...options, url: "http://127.0.0.1:1/" },
  silent: { ...options, url: `http://127.0.0.1:${silentPort}/` },
  secrets: ["pä:ss word", "wrong", Buffer.from("reader:pä:ss word").toString("base64")],
  requests: () => server.queries.length,
  windows: { widths: [1_000_000_000n, 7_777_777n, 1n << 30n] },
  newest: {},
  live: {},
  runtimes: { node: true, browser: true },
} as const;
conformance(efdInflux, fixture);

// Rules that write begin with a server of their own.
const fresh = async () => {
  const own = await startInfluxServer();
  own.write(plantLines(500));
  servers.set(own.url, own);
  return { url: own.url, pollInterval: "20ms" };
};
conformance(efdInflux, {
  options: fresh,
  stream: { id: topic },
  live: {
    async emit(_, driver) {
      servers.get(driver.info.url)?.write(plantLines(7, 500 + emitted));
      emitted += 7;
      return 7;
    },
  },
});

test("the README shows its capabilities and options (`vitest -u` writes these)", async () => {
  const file = fileURLToPath(new URL("../README.md", import.meta.url));
  const readme = await readFile(file, "utf8");
  // Tables of the README are aligned.
  expect(readme.replace(/ +/g, " ")).toContain(await capabilityRow(efdInflux, fixture));
  const options = Object.entries(efdInfluxOptions.shape).map(([name, option]) => {
    expect(option.description ?? "", name).not.toBe("");
    return `- \`${name}\`: ${option.description}.`;
  });
  const [begin, end] = ["<!-- influx options -->", "<!-- /influx options -->"];
  const head = readme.slice(0, readme.indexOf(begin) + begin.length);
  await expect(`${head}\n\n${options.join("\n")}\n\n${readme.slice(readme.indexOf(end))}`).toMatchFileSnapshot(file);
});
