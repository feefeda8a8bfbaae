import { setTimeout as sleep } from "node:timers/promises";
import { connect, decodePackage } from "@sonde/drift";
import { seriesPackage } from "@sonde/drift/testing";
import { digest } from "../lib/exact.mjs";
import { prepareMosquitto } from "./server.mjs";

const user = { username: "sonde", password: 'se"cr\\et ü' };
const origin = 1_676_296_193_326n;

export async function suite({ cases, scratch, folder }) {
  const broker = await prepareMosquitto(folder, scratch, user);
  await broker.start();
  try {
    for (const [name, url] of [
      ["TCP", broker.urls.tcp],
      ["WebSocket", broker.urls.websocket],
    ]) {
      await bothWays(cases, name, url, broker);
    }
    await refusals(cases, broker.urls);
  } finally {
    await broker.stop();
  }
}

const clientOf = (url, more = {}) =>
  connect({
    host: "127.0.0.1",
    password: "of the device",
    packages: "none",
    metrics: "none",
    broker: { url, ...user, ...more },
    timeout: "5s",
  });

async function bothWays(cases, name, url, broker) {
  const [reader, writer] = [await clientOf(url), await clientOf(url)];
  // Debian's mosquitto stalls over WebSocket on messages of several megabytes.
  const packages = [1, 100, 5000, ...(name === "TCP" ? [100_000] : [])].map((size, at) => {
    const id = origin + BigInt(at);
    return { id, bytes: seriesPackage(id, { size: size * 20, steps: 1, level: 0, sample: (index) => Math.sin(index * index) }) };
  });
  try {
    for (const filter of ["acc-5", "drift/acc-5", "drift/+", "drift/#"]) {
      const found = await taken(reader, writer, filter, packages);
      cases.equal(`${name}: ${filter} brings packages of every size, in order`, found, await shown(packages));
    }
    const live = taken(reader, writer, "acc-5", packages, async () => {
      await broker.stop();
      await sleep(200);
      await broker.start();
      // Until both are there again: their clients wait a second.
      await sleep(2500);
    });
    cases.equal(`${name}: goes on when the broker was started anew`, await live, await shown(packages));
  } finally {
    await Promise.all([reader.close(), writer.close()]);
  }
}

/** Subscribes, and publishes once the subscription is there: a first package is sent until it comes. */
async function taken(reader, writer, filter, packages, before) {
  const first = seriesPackage(1n, { size: 20, steps: 1, sample: () => 0 });
  const found = [];
  let ready = false;
  const reading = (async () => {
    for await (const { topic, id, payloads } of reader.subscribe(filter, { bad: "throw" })) {
      ready = true;
      if (id === 1n) continue;
      found.push([topic, id, await digest(payloads[0].data)]);
      if (found.length === packages.length) return;
    }
  })();
  while (!ready) {
    await writer.publish("drift/acc-5", first);
    await sleep(50);
  }
  await before?.();
  for (const { bytes } of packages) await writer.publish("drift/acc-5", bytes);
  await Promise.race([reading, sleep(20_000)]);
  return found;
}

async function shown(packages) {
  return Promise.all(packages.map(async ({ id, bytes }) => ["acc-5", id, await digest(decodePackage(bytes).payloads[0].data)]));
}

async function refusals(cases, urls) {
  for (const [name, url] of [
    ["TCP", urls.tcp],
    ["WebSocket", urls.websocket],
  ]) {
    await cases.compare(`${name}: a wrong password`, () => refused(url, { password: "wrong" }), "auth");
    await cases.compare(`${name}: no user`, () => refused(url, { username: undefined, password: undefined }), "auth");
  }
  await cases.compare("TLS: a certificate that nobody vouches for", () => refused(urls.tls), "connection");
}

async function refused(url, more) {
  const client = await clientOf(url, more);
  try {
    await client.publish("drift/acc-5", new Uint8Array());
  } catch (error) {
    return error.code;
  } finally {
    await client.close();
  }
  throw new Error("is not refused");
}
