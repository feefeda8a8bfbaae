import { readFile } from "node:fs/promises";
import { s3 } from "@sonde/object-store";
import { startS3 } from "@sonde/object-store/testing";
import { capabilityRow, conformance, type Fixture } from "@sonde/testkit";
import { afterAll, expect, test } from "vitest";
import { type Efd, type EfdInput, efd } from "../src/index.js";
import {
  appendWindows,
  fillDamaged,
  fillExample,
  fillHostile,
  folder,
  hostileTopic,
  rows,
  second,
  start,
  topic,
} from "./support/archives.js";

const half = second / 2n;
const stream = { id: topic, rows, firstTimes: [start + half, start + half + second, start + half + 2n * second] };
const invalid = [
  {},
  { path: "" },
  { path: "a", bucket: "b" },
  { path: "a", lateness: "soon" },
  { path: "a", pathFormat: 5 },
  { path: "a", duplicates: "drop" },
  { path: "a", unknown: true },
];
/** Each rule that writes does it behind what it wrote before. */
let written = 0;
const emit = async (_: unknown, { client }: { readonly client: Efd }) => {
  const windows = await appendWindows(client.store, written);
  written += windows;
  return windows;
};

const path = await folder(fillExample);
let damage = { key: "", rows: 0 };
const damagedPath = await folder(async (store) => {
  damage = await fillDamaged(store);
});
const onFolder: Fixture<EfdInput, Efd> = {
  options: { path },
  stream,
  invalid,
  damaged: { options: { path: damagedPath }, stream: topic, ...damage },
  describeRequests: 10,
  hostile: { options: { path: await folder(fillHostile) }, stream: hostileTopic, column: "__proto__" },
  newest: {},
  objects: {},
  runtimes: { node: true, browser: true, server: true },
};
conformance(efd, onFolder);
conformance(efd, {
  options: async () => ({ path: await folder(fillExample), pollInterval: "20ms" }),
  stream,
  describeRequests: 10,
  live: { emit },
});

const server = await startS3({ buckets: ["archive", "damaged"] });
const away = await startS3();
const silent = await startS3();
silent.inject({ kind: "silence" });
afterAll(async () => {
  for (const each of [server, away, silent]) await each.close();
});
const { endpoint, region, credentials } = server;
const bucket = (name: string) => s3({ bucket: name, endpoint, region, credentials });
await fillExample(bucket("archive"));
const damagedBucket = await fillDamaged(bucket("damaged"));
const options = { bucket: "archive", endpoint, region, credentials, attempts: 2 };

conformance(efd, {
  options,
  stream,
  invalid,
  damaged: { options: { ...options, bucket: "damaged" }, stream: topic, ...damagedBucket },
  unauthorised: { ...options, credentials: { accessKeyId: "nobody", secretAccessKey: "another-secret" } },
  unreachable: { ...options, endpoint: "http://127.0.0.1:1" },
  silent: { ...options, endpoint: silent.endpoint, attempts: 1 },
  secrets: [credentials.secretAccessKey, "another-secret"],
  requests: () => server.requests.length,
  describeRequests: 10,
  lookAhead: 32,
  newest: {},
  objects: {},
});

test("has the row of capabilities that the README shows", async () => {
  // Tables of the README are aligned.
  const readme = (await readFile(new URL("../README.md", import.meta.url), "utf8")).replace(/ +/g, " ");
  expect(readme).toContain(await capabilityRow(efd, onFolder));
});
