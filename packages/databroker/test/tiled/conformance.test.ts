import { conformance } from "@sonde/testkit";
import { afterAll } from "vitest";
import { WebSocket } from "ws";
import type { DocumentPair } from "../../src/event-model/documents.js";
import { databroker } from "../../src/index.js";
import { openMongo } from "../../src/mongo/index.js";
import { sampleImages, sampleScan } from "../../src/testing/index.js";
import { openTiled } from "../../src/tiled/index.js";
import type { Socket } from "../../src/tiled/socket.js";
import { fakeMongo } from "../mongo/fake-mongo.js";
import { apiKey, startFakeTiled } from "./fake-tiled.js";

const scan = sampleScan(15);
const images = sampleImages(6);
const open = sampleScan(5, { seed: 3, time: 1, open: true });
const uidOf = (documents: readonly DocumentPair[]): string => (documents[0]![1] as { uid: string }).uid;
const [scanUid, imagesUid, openUid] = [uidOf(scan), uidOf(images), uidOf(open)];
const all = [...scan, ...images, ...open];
const collections = { ids: [imagesUid, scanUid, openUid], where: { query: { plan_name: "scan" }, ids: [scanUid, openUid] } };
const openSocket = (url: string) => new WebSocket(url) as unknown as Socket;

for (const dialect of ["sql", "mongo"] as const) {
  const server = await startFakeTiled({ dialect });
  afterAll(() => server.close());
  for (const pair of all) server.add(pair);
  conformance(databroker, {
    options: () => ({ catalog: openTiled({ url: server.url, apiKey, openSocket }) }),
    stream: { id: `${scanUid}/primary`, rows: 15 },
    arrays: { stream: `${imagesUid}/primary`, field: "image" },
    collections,
  });
}

const fake = fakeMongo();
const filled = openMongo({ database: fake.database });
for (const [name, document] of all) await filled.insert(name, document);
conformance(databroker, {
  options: () => ({ catalog: openMongo({ database: fake.database }) }),
  stream: { id: `${scanUid}/primary`, rows: 15 },
  arrays: { stream: `${imagesUid}/primary`, field: "image" },
  collections,
});
conformance(databroker, {
  options: async () => {
    const own = openMongo({ database: fakeMongo().database });
    for (const [name, document] of open) await own.insert(name, document);
    return { catalog: own };
  },
  stream: { id: `${openUid}/primary`, rows: 5 },
  append: {},
  live: {},
});
