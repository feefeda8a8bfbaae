import { batchOf } from "@sonde/core/connector";
import { conformance, recordFetch } from "@sonde/testkit";
import { afterAll } from "vitest";
import { type Archive, store } from "../../testkit/test/lab/archive.js";
import { lab, labPassword } from "../../testkit/test/lab/lab.js";
import { rowsOfTemp, sampleArchive, timeOf } from "../../testkit/test/lab/samples.js";
import { remote } from "../src/index.js";
import { type Served, served } from "./support/serving.js";

const servers: Served[] = [];
const archives = new Map<string, Archive>();
afterAll(async () => {
  for (const server of servers) await server.close();
});

async function fresh(silent = false): Promise<string> {
  const archive = sampleArchive([], silent);
  const server = await served(lab, { archive, password: labPassword });
  servers.push(server);
  archives.set(server.url, archive);
  return server.url;
}

const recorder = recordFetch();
const silent = await fresh(true);
const shared = await fresh();

/** An archive of every capability, through the wire: what it can do there, it does here. */
conformance(remote, {
  options: async () => ({ url: await fresh(), source: "lab", fetch: recorder.fetch }),
  stream: { id: "lab/2020/temp", rows: rowsOfTemp, firstTimes: [0, 1, 2, 3, 4].map(timeOf) },
  invalid: [undefined, {}, { url: 7 }, { url: "ftp://host" }, { url: shared, token: "" }, { url: shared, unknown: true }],
  unreachable: { url: "http://127.0.0.1:1", attempts: 1 },
  silent: { url: silent },
  damaged: { stream: "plant/broken", rows: 50, key: "plant/broken/2" },
  hostile: { stream: "__proto__", column: "__proto__", metadata: "__proto__" },
  requests: recorder.requests,
  handles: () => [...archives.values()].reduce((sum, { open }) => sum + open, 0),
  windows: {},
  overview: { levels: [1, 2, 5] },
  newest: {},
  arrays: { stream: "lab/2020/camera" },
  objects: {},
  versions: {},
  append: {},
  live: {
    async flood(stream, { client }) {
      const stored = archives.get(client.url)?.streams.get(stream.id);
      if (stored === undefined) throw new Error("no such stream");
      for (let times = 0; times < 20; times++) {
        const row = stored.schema.fields.map(({ name }) => {
          if (name === "payload") return [name, ["{}"]];
          return [name, [name === "label" ? null : name === "time" ? 2n ** 62n + BigInt(times) : name === "tick" ? 1n : 1]];
        });
        store(stored, batchOf(stored.schema, Object.fromEntries(row)));
      }
    },
  },
  collections: { ids: ["lab/2021", "plant", "lab/2020"], where: { query: { operator: "grace" }, ids: ["lab/2021", "lab/2020"] } },
  create: { collection: "lab/2022" },
  runtimes: { node: true, browser: true },
});
