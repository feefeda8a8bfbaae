import { setTimeout as wait } from "node:timers/promises";
import { chunksOf } from "@sonde/core";
import { startS3 } from "@sonde/object-store/testing";
import { conformance } from "@sonde/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect, type DriftInput, drift } from "../src/index.js";
import { type Broker, type Device, type InfluxServer, seriesPackage, startBroker, startDevice, startInflux } from "../src/testing/index.js";

const password = "one-for-all";
const origin = 1_676_296_193_326n;
const ids = Array.from({ length: 12 }, (_, at) => origin + BigInt(at) * 1000n);
const packageOf = (id: bigint) => seriesPackage(id, { size: 100, steps: 2, sample: (index) => index + Number(id % 1000n) });

const fill = (put: (topic: string, id: bigint, bytes: Uint8Array) => void) => {
  for (const id of ids) put("acc-5", id, packageOf(id));
};
const minio = await startDevice({ password, serve: ["minio"] });
fill(minio.put);
afterAll(() => minio.close());

conformance(drift, {
  options: { ...minio.options, packages: "minio" },
  stream: { id: "acc-5", rows: 1200, firstTimes: [origin * 1_000_000n, origin * 1_000_000n + 10_000_000n] },
  overview: { levels: [1, 2] },
  newest: {},
  objects: {},
  lookAhead: 40,
  describeRequests: 12,
  unauthorised: { ...minio.options, packages: "minio", password: "another-password" },
  secrets: [password, "another-password"],
});

describe("a device of several back ends", () => {
  let device: Device;
  let influx: InfluxServer;
  let broker: Broker;
  beforeAll(async () => {
    device = await startDevice({ password });
    fill(device.put);
    influx = await startInflux({ token: password });
    broker = await startBroker();
    for (const id of ids) influx.write("acc-5", id * 1_000_000n, { status: 0n, rms: Number(id - origin) / 7 });
  });
  afterAll(async () => {
    await device.close();
    await influx.close();
    await broker.close();
  });
  const options = (): DriftInput => {
    const { ports } = device.options;
    return { ...device.options, ports: { ...ports, influx: influx.port, mqtt: broker.port }, metrics: "auto", bus: "auto" };
  };
  const states = (client: Awaited<ReturnType<typeof connect>>) => client.backEnds.map(({ kind, state }) => `${kind} ${state}`);

  test("uses what answers, and says what it is", async () => {
    await using client = await connect(options());
    expect(states(client)).toEqual(["reductstore ready", "minio ready", "influxdb ready", "mqtt unasked"]);
    expect((await client.topics()).map(({ name }) => name)).toEqual(["acc-5"]);
    const start = (origin + 2000n) * 1_000_000n;
    const table = await client.metrics("acc-5", { start, end: start + 2_000_000_000n });
    expect(table.schema.fields.map(({ name }) => name)).toEqual(["time", "rms", "status"]);
    expect(table.numRows).toBe(2);
  });

  test("goes on with MinIO where the ReductStore takes another password, and the other way round", async () => {
    const stranger = await startS3({ buckets: ["data"] });
    const elsewhere = await startDevice({ password: "another", serve: ["reductstore"] });
    const ports = { ...options().ports };
    await using client = await connect({ ...options(), ports: { ...ports, reductStore: elsewhere.options.ports?.reductStore } });
    expect(states(client)).toEqual(["reductstore failed", "minio ready", "influxdb ready", "mqtt unasked"]);
    expect(client.backEnds[0]?.error).toHaveProperty("code", "auth");
    expect(await client.packageNames("acc-5").toArray()).toHaveLength(12);
    await using other = await connect({ ...options(), ports: { ...ports, minio: Number(new URL(stranger.endpoint).port) } });
    expect(states(other)).toEqual(["reductstore ready", "minio failed", "influxdb ready", "mqtt unasked"]);
    await Promise.all([stranger.close(), elsewhere.close()]);
  });

  test("reads packages where only the metrics' password is another", async () => {
    const closed = await startInflux({ token: "another" });
    await using client = await connect({ ...options(), ports: { ...options().ports, influx: closed.port } });
    expect(states(client)).toEqual(["reductstore ready", "minio ready", "influxdb failed", "mqtt unasked"]);
    expect((await client.latest("acc-5"))?.id).toBe(ids.at(-1));
    await expect(client.metrics("acc-5")).rejects.toHaveProperty("code", "auth");
    await closed.close();
  });

  test("takes the back end that is asked for", async () => {
    await using client = await connect({ ...options(), packages: "minio", metrics: "none", bus: "none" });
    expect(states(client)).toEqual(["minio ready"]);
    await expect(client.publish("drift/acc-5", new Uint8Array())).rejects.toHaveProperty("code", "unsupported");
  });

  test("reads metrics as a stream", async () => {
    await using source = await drift.open(options());
    const table = await (await source.stream("metrics/acc-5")).table({ columns: ["rms"] });
    const values = [...chunksOf(table, "rms")].flatMap(({ values: some }) => [...(some as Float64Array)]);
    expect(values).toEqual(ids.map((id) => Number(id - origin) / 7));
  });

  test("brings packages as they are published, below drift/ and not, without the damaged", async () => {
    await using client = await connect(options());
    const live = client.subscribe("acc-5");
    const found = (async () => {
      const names: string[] = [];
      for await (const { topic, id } of live) if (names.push(`${topic} ${id}`) === 2) break;
      return names;
    })();
    while (broker.subscriptions.length < 2) await wait(5);
    broker.publish("drift/acc-5", packageOf(origin));
    broker.publish("drift/acc-5", Uint8Array.of(255, 255));
    await client.publish("acc-5", packageOf(origin + 1n));
    expect(await found).toEqual([`acc-5 ${origin}`, `acc-5 ${origin + 1n}`]);
    expect(live.problems.map(({ error }) => (error as { code: string }).code)).toEqual(["format"]);
    while (broker.subscriptions.length > 0) await wait(5);
  });
});
