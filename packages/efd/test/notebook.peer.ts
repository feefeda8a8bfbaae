import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chunksOf, fromIPC, timesOf } from "@sonde/core";
import { s3 } from "@sonde/object-store";
import { startS3 } from "@sonde/object-store/testing";
import { afterAll, expect, test } from "vitest";
import { openEfd } from "../src/index.js";
import { secondsToNanos } from "../src/schema/seconds.js";
import { makeExampleArchive } from "../src/testing/index.js";
import { emptyFolder } from "./support/archives.js";
import { startGateway } from "./support/gateway.js";

const python = process.env.SONDE_EFD_PYTHON;
const binary = process.env.SONDE_VERSITYGW;
const bucket = "efd-sandbox.data";
const topic = "example-002-aggregated";

if (python === undefined) {
  test("needs boto3, pandas and pyarrow", () => {
    console.warn("SONDE_EFD_PYTHON names no Python: no frame was compared with the notebook's");
  });
} else {
  // A real server where there is one, else ours, whose signatures are checked as strictly.
  const server = binary === undefined ? await startS3({ buckets: [bucket] }) : await startGateway(binary, [bucket]);
  afterAll(() => server.close());
  const { endpoint, region, credentials } = server;
  await makeExampleArchive(s3({ bucket, endpoint, region, credentials }), { topics: 3, frequency: 3 });
  const frame = join(await emptyFolder(), "frame.arrow");
  const script = fileURLToPath(new URL("notebook.py", import.meta.url));
  const { stdout } = await promisify(execFile)(python, [
    script,
    endpoint,
    credentials.accessKeyId,
    credentials.secretAccessKey,
    bucket,
    topic,
    frame,
  ]);
  const theirs = fromIPC(await readFile(frame));
  const archive = await openEfd({ bucket, endpoint, region, credentials });
  afterAll(() => archive.close());
  const found = await archive.topic(topic);
  const range = { start: "2020-08-07T22:00Z", end: "2020-08-07T23:00Z" };
  const ours = await found.read({ range, maskBelow: 0 }).table();

  test("lists the files that the notebook lists", async () => {
    const keys = (await found.files({ range }).toArray()).map(({ key }) => `${bucket}:${key}`);
    expect(keys).toEqual(stdout.trim().split("\n"));
    expect(keys).toHaveLength(6);
  });

  test("has the columns of the notebook's frame", () => {
    expect(ours.schema.fields.map(({ name }) => name)).toEqual(theirs.schema.fields.map(({ name }) => name));
    expect([ours.numRows, ours.numCols]).toEqual([3600, 53]);
  });

  test("has the instants of the notebook's seconds", () => {
    const seconds = chunksOf(theirs, "time").flatMap((data) => Array.from(data.values.subarray(0, data.length) as Float64Array));
    expect(ours.batches.flatMap((batch) => [...timesOf(batch)])).toEqual(seconds.map(secondsToNanos));
  });

  test.each(ours.schema.fields.map(({ name }) => name).filter((name) => name !== "time"))(
    "has the notebook's cells in %s, bit by bit",
    (name) => {
      const cells = (table: typeof ours) =>
        chunksOf(table, name).flatMap((data) => Array.from(data.values.subarray(0, data.length) as Float64Array));
      expect(cells(ours)).toEqual(cells(theirs));
    },
  );
}
