import { connect, decodePackage } from "@sonde/drift";
import { seriesPackage } from "@sonde/drift/testing";
import { digest } from "../lib/exact.mjs";
import { binaryOf, versions } from "./peer.mjs";
import { startReductStore } from "./server.mjs";

const token = "se/cr+et=";
const origin = 1_676_296_193_326n;
const labels = { "x-reduct-label-plain": "a", "x-reduct-label-comma": "one,two", "x-reduct-label-quote": 'say "a,b=c"' };

/** Packages of which a batch holds many, few, and not one whole. */
const topics = {
  "acc-5": Array.from({ length: 400 }, (_, at) => series(at, 200)),
  large: Array.from({ length: 12 }, (_, at) => series(at, 60_000)),
  single: [series(0, 50)],
};

function series(at, size) {
  const id = origin + BigInt(at) * 1000n;
  return { id, bytes: seriesPackage(id, { size, steps: 3, sample: (index) => Math.sin(index / 9) * at + Math.cos(index * index) }) };
}

export async function suite({ cases, scratch, folder }) {
  for (const version of versions) {
    const server = await startReductStore(binaryOf(folder, version), scratch, token);
    try {
      for (const [topic, list] of Object.entries(topics)) {
        for (const [at, { id, bytes }] of list.entries()) await server.put(topic, id, bytes, at % 3 === 0 ? labels : {});
      }
      await readAll(cases, version, server.port);
      await refusals(cases, version, server.port);
    } finally {
      await server.stop();
    }
  }
}

const optionsOf = (port, password = token) => ({
  ...{ host: "127.0.0.1", password, packages: "reductstore", metrics: "none", bus: "none" },
  ports: { reductStore: port },
});

async function readAll(cases, version, port) {
  const client = await connect(optionsOf(port));
  try {
    const [{ info }] = client.backEnds;
    cases.equal(`${version} says its version`, info.version, version);
    const found = (await client.topics()).map(({ name, kind }) => [name, kind]);
    cases.equal(
      `${version} lists topics and kinds`,
      found,
      Object.keys(topics).map((name) => [name, "time-series"]),
    );
    for (const [topic, list] of Object.entries(topics)) {
      const names = list.map(({ id }) => `${topic}/${id}.dp`);
      await cases.compare(`${version} lists ${topic}`, () => client.packageNames(topic).toArray(), names);
      await cases.compare(`${version} walks ${topic}`, () => walked(client, topic), await written(list));
      for (const [from, to] of [
        [0, 1],
        [3, 11],
        [100, 190],
      ]) {
        const within = { start: (origin + BigInt(from) * 1000n) * 1_000_000n, end: (origin + BigInt(to) * 1000n) * 1_000_000n };
        await cases.compare(
          `${version} walks ${topic} from ${from} to ${to}`,
          () => walked(client, topic, within),
          await written(list.slice(from, to)),
        );
      }
      const last = list.at(-1);
      await cases.compare(`${version} finds the newest of ${topic}`, async () => [(await client.latest(topic)).id], [last.id]);
      const get = async () => digest((await client.package(`${topic}/${last.id}.dp`)).payloads[0].data);
      await cases.compare(`${version} gets the newest of ${topic} by name`, get, (await written([last]))[0][1]);
    }
  } finally {
    await client.close();
  }
}

async function refusals(cases, version, port) {
  await cases.compare(`${version} refuses another token`, () => refused(connect(optionsOf(port, "other"))), "auth");
  const client = await connect(optionsOf(port));
  await cases.compare(`${version} has no such package`, () => refused(client.package("acc-5/1.dp")), "not-found");
  await cases.compare(`${version} has no such topic`, () => client.packages("none").toArray(), []);
  await client.close();
}

async function refused(work) {
  try {
    await work;
  } catch (error) {
    return error.code;
  }
  throw new Error("is not refused");
}

async function walked(client, topic, within = {}) {
  const found = [];
  for await (const { id, payloads } of client.packages(topic, { ...within, bad: "throw" }))
    found.push([id, await digest(payloads[0].data)]);
  return found;
}

/** Ids and digests of the payloads; the codec has peers of its own. */
async function written(list) {
  return Promise.all(list.map(async ({ id, bytes }) => [id, await digest(decodePackage(bytes).payloads[0].data)]));
}
