import { s3 } from "@sonde/object-store";
import { checkConformance } from "@sonde/testkit";
import { afterAll, expect, test } from "vitest";
import { efd, openEfd } from "../src/index.js";
import { appendWindows, fillDamaged, fillExample, rows, second, start, topic } from "./support/archives.js";
import { startGateway } from "./support/gateway.js";

const binary = process.env.SONDE_VERSITYGW;

if (binary === undefined) {
  test("needs versitygw", () => {
    console.warn("SONDE_VERSITYGW names no binary: nothing was read from a real S3 server");
  });
} else {
  const gateway = await startGateway(binary, ["archive", "damaged", "live"]);
  afterAll(() => gateway.close());
  const { endpoint, region, credentials } = gateway;
  const options = { bucket: "archive", endpoint, region, credentials, attempts: 2 };
  const store = (bucket: string) => s3({ ...options, bucket });
  await Promise.all([fillExample(store("archive")), fillExample(store("live"))]);
  const damage = await fillDamaged(store("damaged"));
  const half = second / 2n;
  const stream = { id: topic, rows, firstTimes: [start + half, start + half + second] };
  const report = await checkConformance(efd, {
    options,
    stream,
    damaged: { options: { ...options, bucket: "damaged" }, stream: topic, ...damage },
    unauthorised: { ...options, credentials: { accessKeyId: "nobody", secretAccessKey: "another-secret" } },
    unreachable: { ...options, endpoint: "http://127.0.0.1:1" },
    secrets: [credentials.secretAccessKey, "another-secret"],
    describeRequests: 10,
    newest: {},
    objects: {},
    timeout: 60_000,
  });

  test.each(report.results.filter(({ outcome }) => outcome !== "skipped"))(
    "keeps the contract on versitygw: $suite: $rule",
    ({ error }) => {
      if (error !== undefined) throw error;
    },
  );

  test("tried more than 80 rules", () => {
    expect(report.passed.length).toBeGreaterThan(80);
  });

  test("follows what another writes to the bucket", async () => {
    await using archive = await openEfd({ ...options, bucket: "live", pollInterval: "50ms" });
    const found = await archive.topic(topic);
    const last = await found.newest(1).rows().first();
    const follower = found.follow({ from: (last?.time ?? 0n) + 1n, columns: ["count"] });
    const pending = follower.next();
    await appendWindows(store("live"), 0, 5);
    const { value } = await pending;
    expect(value?.numRows).toBe(5);
    await follower.return();
  });
}
