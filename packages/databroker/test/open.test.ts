import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { open } from "@sonde/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { databroker, openCatalog } from "../src/index.js";
import { sampleScan } from "../src/testing/index.js";
import { openTiled } from "../src/tiled/index.js";
import type { Socket } from "../src/tiled/socket.js";
import { temporaryFolder, writeRuns } from "./support/folder.js";
import { apiKey, startFakeTiled } from "./tiled/fake-tiled.js";
import { liveRun } from "./tiled/runs.js";

async function serve() {
  const server = await startFakeTiled({ dialect: "sql" });
  for (const pair of sampleScan(5)) server.add(pair);
  return server;
}
afterEach(() => vi.unstubAllEnvs());

describe("a catalog by its URL", () => {
  test("is that of a Tiled server, by its address or by the page that shows it", async () => {
    const server = await serve();
    try {
      for (const url of [server.url, new URL(server.url), `${server.url}/api/v1`, `${server.url}/ui/browse/`]) {
        await using catalog = await openCatalog(url, { apiKey });
        const run = await catalog.run(-1);
        expect([run.start.plan_name, (await run.table()).numRows]).toEqual(["scan", 5]);
      }
    } finally {
      await server.close();
    }
  });

  test("takes the key of a Tiled server from the environment, after the one that is given", async () => {
    const server = await serve();
    try {
      vi.stubEnv("TILED_API_KEY", apiKey);
      expect(await (await openCatalog(server.url)).count()).toBe(1);
      await expect((await openCatalog(server.url, { apiKey: "another" })).count()).rejects.toMatchObject({ code: "auth" });
    } finally {
      await server.close();
    }
  });

  test("opens as a source too, by options and by address", async () => {
    const server = await serve();
    try {
      await using source = await databroker.open({ path: server.url, apiKey });
      expect(await source.streams().toArray()).toHaveLength(1);
      vi.stubEnv("TILED_API_KEY", apiKey);
      await using same = await open(server.url.replace("http:", "tiled+http:"), { connectors: [databroker] });
      expect((await same.streams().toArray()).map(({ id }) => id)).toEqual((await source.streams().toArray()).map(({ id }) => id));
    } finally {
      await server.close();
    }
  });

  test("is that of MongoDB, by the driver; a server that is not there is a typed error without the password", async () => {
    await using catalog = await openCatalog("mongodb://someone:hidden@127.0.0.1:9/metadatastore?serverSelectionTimeoutMS=50");
    expect(catalog.name).toBe("mongodb://127.0.0.1:9/metadatastore");
    const refused = catalog.run(-1);
    await expect(refused).rejects.toMatchObject({ code: "connection" });
    await refused.catch((error: Error) => expect(`${error.message}${JSON.stringify(error)}`).not.toContain("hidden"));
  });
});

describe("ten thousand runs in a folder", () => {
  test("are listed by the ends of their files, and again by the folder alone", { timeout: 120_000 }, async () => {
    const folder = await temporaryFolder();
    const runs = Array.from({ length: 10_000 }, (_, k) => sampleScan(2, { seed: k + 1, time: 1_700_000_000 + k }));
    await writeRuns(folder, runs, "msgpack");
    const catalog = await openCatalog(folder);
    const milliseconds: number[] = [];
    const list = async () => {
      const began = performance.now();
      const uids = (await catalog.toArray()).map(({ uid }) => uid);
      milliseconds.push(Math.round(performance.now() - began));
      return uids;
    };
    const uids = await list();
    expect(uids).toHaveLength(10_000);
    expect(await list()).toEqual(uids);
    await writeFile(join(folder, "another.msgpack"), "");
    await writeRuns(folder, [sampleScan(2, { seed: 20_000, time: 1_800_000_000 })], "msgpack");
    expect((await list()).slice(1)).toEqual(uids);
    console.log(`10,000 runs: ${milliseconds[0]} ms, again ${milliseconds[1]} ms, with one more ${milliseconds[2]} ms`);
  });
});

test("a follower that is too slow is told so, with the time to go on from, after what it was given", async () => {
  const server = await startFakeTiled({ dialect: "sql" });
  try {
    const [start, descriptor, ...events] = liveRun(3);
    for (const pair of [start!, descriptor!, events[0]!]) server.add(pair);
    const uid = (start![1] as { readonly uid: string }).uid;
    /** Gives the message of each new row ten thousand times over, faster than anyone reads. */
    const openSocket = (url: string): Socket => {
      const socket = new WebSocket(url) as unknown as Socket;
      return {
        send: (text) => socket.send(text),
        close: (code) => socket.close(code),
        addEventListener: (type, listener) =>
          socket.addEventListener(type, (event) => {
            const copies = type === "message" && /primary/.test(url) && /table-data/.test(String(event.data)) ? 10_002 : 1;
            for (let k = 0; k < copies; k++) listener(event);
          }),
      };
    };
    await using source = await databroker.open({ catalog: openTiled({ url: server.url, apiKey, openSocket }) });
    const stream = await source.stream(`${uid}/primary`);
    const times: bigint[] = [];
    const following = (async () => {
      for await (const { time } of stream.follow().rows()) times.push(time);
    })();
    for (let k = 0; k < 400 && server.listening(`${uid}/primary/internal`) === 0; k++) await new Promise((done) => setTimeout(done, 20));
    server.add(events[1]!);
    const second = 1_000_000_000n;
    await expect(following).rejects.toMatchObject({ code: "overrun", resumeFrom: 1_800_000_002n * second + 1n });
    expect(times).toEqual([1_800_000_002n * second]);
  } finally {
    await server.close();
  }
});
