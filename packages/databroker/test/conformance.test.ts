import { rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { conformance } from "@sonde/testkit";
import { afterAll } from "vitest";
import type { DocumentPair } from "../src/event-model/documents.js";
import { databroker, memoryCatalog } from "../src/index.js";
import { sampleImages, sampleScan } from "../src/testing/index.js";
import { fileOf, temporaryFolder, writeRuns } from "./support/folder.js";

const scan = sampleScan(15);
const images = sampleImages(6);
const uidOf = (documents: readonly DocumentPair[]): string => (documents[0]![1] as { uid: string }).uid;
const [scanUid, imagesUid, openUid] = [uidOf(scan), uidOf(images), uidOf(sampleScan(1, { seed: 3 }))];
const second = 1_000_000_000n;
const firstTimes = [1_700_000_000n * second + second / 2n, 1_700_000_001n * second];
const collections = { ids: [imagesUid, scanUid], where: { query: { plan_name: "scan" }, ids: [scanUid] } };

const folder = await temporaryFolder(true);
const broken = await temporaryFolder(true);
afterAll(() => {
  for (const path of [folder, broken]) rmSync(path, { recursive: true, force: true });
});
await writeRuns(folder, [scan, images], "msgpack");
const jsonl = await temporaryFolder(true);
await writeRuns(jsonl, [scan, images], "jsonl");

/** A run whose eleventh event is damaged. */
const { bytes, ends } = fileOf(scan, "msgpack");
const damaged = bytes.slice();
damaged[ends[11]!] = 0xc1;
await writeFile(join(broken, "damaged.msgpack"), damaged);
const hostile = JSON.parse(JSON.stringify(sampleScan(3, { seed: 9 })).replaceAll('"det"', '"__proto__"')) as DocumentPair[];
await writeFile(join(broken, "hostile.jsonl"), fileOf(hostile, "jsonl").bytes);

conformance(databroker, {
  options: { path: folder },
  stream: { id: `${scanUid}/primary`, rows: 15, firstTimes },
  invalid: [{ path: 5 }, { path: "" }, { path: folder, unknown: 1 }, { path: folder, rootMap: 5 }],
  arrays: { stream: `${imagesUid}/primary`, field: "image" },
  damaged: { options: { path: broken }, stream: `${scanUid}/primary`, rows: 10, key: join(broken, "damaged.msgpack") },
  hostile: { options: { path: broken }, stream: "00000009-0000-4000-8000-000000000000/primary", column: "__proto__" },
  collections,
  runtimes: { node: true, browser: true },
});
conformance(databroker, { options: { path: jsonl }, stream: { id: `${imagesUid}/primary`, rows: 6 }, collections });

// Times near the epoch, where float seconds hold single nanoseconds.
const open = () => sampleScan(5, { seed: 3, time: 1, open: true });
conformance(databroker, {
  options: () => ({ catalog: memoryCatalog([...scan, ...images, ...open()]) }),
  stream: { id: `${openUid}/primary`, rows: 5 },
  arrays: { stream: `${imagesUid}/primary`, field: "image" },
  append: {},
  live: {},
  collections: { ids: [imagesUid, scanUid, openUid], where: { query: { "start.scan_id": 3 }, ids: [openUid] } },
});
conformance(databroker, {
  options: async () => {
    const own = await temporaryFolder(true);
    await writeRuns(own, [open()], "msgpack");
    return { path: own };
  },
  stream: { id: `${openUid}/primary`, rows: 5 },
  append: {},
  live: {},
});
