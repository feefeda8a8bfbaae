import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rowsOf } from "@sonde/core";
import { connect } from "@sonde/drift";
import { badPackage, imagePackage, scalarsPackage, seriesPackage, startInflux, textPackage, typedPackage } from "@sonde/drift/testing";
import { digest, number } from "../lib/exact.mjs";
import { places } from "./places.mjs";

/** A recent second, for the genuine client lists only topics of the last thirty days. */
const origin = BigInt(Math.floor(Date.now() / 1000) - 3600) * 1000n;
const ids = Array.from({ length: 20 }, (_, at) => origin + BigInt(at) * 500n);
const scales = [0, 1, 3];

const topics = {
  "acc-5": (id, at) => seriesPackage(id, { size: 2000 + at, wavelet: ["DB1", "DB2", "DB3", "DB4", "DB5"][at % 5], sample: wave(at) }),
  camera: (id, at) =>
    imagePackage(id, { width: 64 + at, height: 48, pixel: (channel, row, column) => ((row * 7 + column * 3 + channel * 11) % 64) / 64 }),
  opcua: (id, at) => scalarsPackage(id, { temperature: 20 + at / 3, pressure: 1000 - at }),
  typed: (id, at) => typedPackage(id, { ok: at % 2 === 0, count: BigInt(at) - 5n, ratio: at / 7, name: `part ${at}`, none: null }),
  notes: (id, at) => textPackage(id, `{"score":${at}}`, "application/json"),
  flaky: (id, at) => (at % 3 === 1 ? badPackage(id) : seriesPackage(id, { size: 300, steps: 2, sample: wave(at) })),
};
const wave = (at) => (index) => Math.sin(index / (5 + at)) * (1 + at) + ((index * 7919) % 101) / 101;
const fieldsOf = (at) => ({
  status: BigInt(at % 3 === 1 ? 0x205 : 0),
  rms: at / 7,
  count: 2n ** 53n + BigInt(at),
  label: `n "${at}"`,
  ok: at % 2 === 0,
});

export async function suite({ cases, scratch, python }) {
  const found = await places(scratch, 'one "pass\\word');
  try {
    for (const place of found) {
      const influx = await startInflux({ token: place.password });
      try {
        for (const [topic, make] of Object.entries(topics)) {
          for (const [at, id] of ids.entries()) {
            await place.put(topic, id, make(id, at));
            influx.write(topic, id * 1_000_000n, fieldsOf(at));
          }
        }
        await compared({ cases, scratch, python }, place, influx);
      } finally {
        await influx.close();
      }
    }
  } finally {
    await Promise.all(found.map((place) => place.stop()));
  }
}

async function compared({ cases, scratch, python }, place, influx) {
  const [start, stop] = [origin, origin + 7000n];
  const valued = ["acc-5", "camera", "opcua"].flatMap((topic) => ids.slice(0, 5).map((id) => `${topic}/${id}.dp`));
  const typedNames = ids.slice(0, 5).map((id) => `typed/${id}.dp`);
  const question = join(scratch, "question.json");
  const asked = {
    password: place.password,
    ports: {
      reduct_storage_port: place.ports.reductStore,
      minio_port: place.ports.minio,
      influx_port: influx.port,
      user: place.user ?? "panda",
    },
    ...{ start: `${new Date(Number(start)).toISOString().slice(0, 19)}Z`, stop: `${new Date(Number(stop)).toISOString().slice(0, 19)}Z` },
    topics: Object.keys(topics),
    values: Object.fromEntries(valued.map((name) => [name, name.startsWith("opcua") ? [0] : scales])),
    typed: typedNames,
  };
  writeFileSync(question, JSON.stringify(asked));
  const theirs = await python("ask.py", question);

  const client = await connect({
    ...{ host: "127.0.0.1", password: place.password, user: place.user ?? "panda", bus: "none" },
    ports: { ...place.ports, influx: influx.port },
  });
  const within = { start: start * 1_000_000n, end: stop * 1_000_000n };
  const name = (what) => `${place.name}: ${what}`;
  try {
    const names = async () => (await client.topics()).map((topic) => topic.name).sort();
    await cases.compare(name("topics"), names, theirs.topics);
    for (const topic of Object.keys(topics)) {
      await cases.compare(name(`names of ${topic}`), () => client.packageNames(topic, within).toArray(), theirs.names[topic]);
      await cases.compare(name(`a walk over ${topic}`), () => walked(client, topic, within), theirs.walked[topic]);
      await cases.compare(name(`metrics of ${topic}`), () => metricsOf(client, topic, within), theirs.metrics[topic]);
    }
    for (const [path, composed] of Object.entries(theirs.values)) {
      const { buffer } = await client.package(path);
      for (const [scale, { shape, data }] of Object.entries(composed)) {
        const ours = buffer.compose({ scale: Number(scale) });
        cases.equal(
          name(`${path} at scale ${scale}`),
          { shape: squeezed(ours.shape), near: near(ours.data, data) },
          { shape: squeezed(shape), near: true },
        );
      }
    }
    for (const path of typedNames) {
      const read = async () => typedOf(await client.package(path));
      await cases.compare(name(`typed data of ${path}`), read, theirs.typed[path]);
    }
  } finally {
    await client.close();
  }
}

async function walked(client, topic, within) {
  const found = [];
  const packages = client.packages(topic, within);
  for await (const pkg of packages) found.push(pkg);
  found.push(...packages.problems.map((problem) => problem.package));
  found.sort((a, b) => (a.id < b.id ? -1 : 1));
  return Promise.all(
    found.map(async (pkg) => ({
      id: String(pkg.id),
      source: milliseconds(pkg.sourceTime),
      publish: milliseconds(pkg.publishTime),
      status: pkg.status.code,
      labels: Object.fromEntries(pkg.labels),
      payload: pkg.status.code === 0 && pkg.payloads.length > 0 ? await digest(pkg.payloads.at(-1).data) : null,
    })),
  );
}

const milliseconds = (time) => (time === undefined ? 0 : Number(time / 1_000_000n));

async function metricsOf(client, topic, within) {
  const table = await client.metrics(topic, within);
  const shown = ([column, value]) => [column, column === "time" ? Number(value / 1_000_000n) : plain(value)];
  return table.batches.flatMap((batch) =>
    Array.from(rowsOf(batch), (row) =>
      Object.fromEntries(
        Object.entries(row)
          .filter(([, value]) => value !== null)
          .map(shown),
      ),
    ),
  );
}

const plain = (value) => (typeof value === "boolean" || typeof value === "string" ? value : number(value));

const typedOf = (pkg) =>
  Object.fromEntries(pkg.typed().map(({ name, variant }) => [name, variant === null ? null : plain(variant.data[0])]));

const squeezed = (shape) => shape.filter((side) => side !== 1);

/** Within 1e-5 of the greatest. */
function near(ours, base64) {
  const bytes = Buffer.from(base64, "base64");
  const theirs = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const greatest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return ours.length === theirs.length && theirs.every((value, at) => Math.abs(value - ours[at]) <= 1e-5 * greatest);
}
