import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { openCatalog } from "../../src/catalog/open.js";
import { catalogOver } from "../../src/catalog/over.js";
import { parseJson } from "../../src/files/json/parse.js";
import { mongoBackend } from "../../src/mongo/backend.js";
import { fakeMongo } from "./fake-mongo.js";

const golden = join(resolve(import.meta.dirname, "../../../..", process.env.SONDE_REFERENCE ?? "../shared/data"), "databroker/golden");
const read = (path: string) => readFileSync(join(golden, path), "utf8");

function revived(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revived);
  if (typeof value !== "object" || value === null) return value;
  if ("$numberDouble" in value) return Number(value.$numberDouble);
  if ("$oid" in value) return value.$oid;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revived(item)]));
}

type Answer = { readonly ok?: string; readonly error?: string };

if (!existsSync(golden)) {
  test("needs the golden corpus", () => {
    console.warn(`no golden corpus at ${golden}: set SONDE_REFERENCE; nothing was compared`);
  });
} else {
  /** Extended JSON, whose plain whole numbers keep their digits. */
  const dump = (path: string) => revived(parseJson(read(`mongo_normalized/${path}`))) as Record<string, unknown>[];
  const mds = fakeMongo("mds");
  const assets = fakeMongo("assets");
  for (const name of ["run_start", "run_stop", "event_descriptor", "event"]) mds.collections.set(name, dump(`mds.${name}.json`));
  for (const name of ["resource", "datum"]) assets.collections.set(name, dump(`assets.${name}.json`));
  const expected = JSON.parse(read("mongo_normalized/expected.json")) as {
    readonly order: readonly string[];
    readonly lookup: { readonly [key: string]: Answer };
  };
  const catalog = catalogOver(mongoBackend({ database: mds.database, assetsDatabase: assets.database }), {
    rootMap: {
      "/nonexistent/root": join(golden, "external"),
      "/beamline/2026-11/databroker/corpus0/external/npy": join(golden, "external/npy"),
    },
  });

  describe("golden runs as suitcase-mongo wrote them", () => {
    test("are listed as databroker 1.2.5 lists them, but for equal times", async () => {
      const runs = await catalog.toArray();
      const times = new Map(runs.map(({ uid, start }) => [uid, start.time]));
      expect(runs.map(({ uid }) => times.get(uid))).toEqual(expected.order.map((uid) => times.get(uid)));
      expect(new Set(runs.map(({ uid }) => uid))).toEqual(new Set(expected.order));
    });

    test("are looked up as databroker looks them up; a prefix is no pattern", async () => {
      let cases = 0;
      for (const [key, { ok }] of Object.entries(expected.lookup)) {
        const asked = key.startsWith("'") ? key.slice(1, -1) : Number(key);
        // The pattern in a prefix is theirs; runs of one scan id and one time are put in another order.
        if (asked === "a.{7}-" || asked === 100) continue;
        if (ok === undefined)
          await expect(catalog.run(asked), key).rejects.toMatchObject({ code: expect.stringMatching(/not-found|options/) });
        else expect((await catalog.run(asked)).uid, key).toBe(ok);
        cases += 1;
      }
      console.log(`golden Mongo lookups: ${cases} cases`);
    });

    test("have the tables and images of the same runs in JSONL", async () => {
      const files = await openCatalog(join(golden, "jsonl"), {
        rootMap: {
          "/nonexistent/root": join(golden, "external"),
          "/beamline/2026-11/databroker/corpus0/external/npy": join(golden, "external/npy"),
        },
      });
      let tables = 0;
      let images = 0;
      for (const run of await catalog.toArray()) {
        // What streams outside of the documents was not stored by suitcase-mongo.
        if (run.uid.startsWith("cccccccc")) continue;
        const theirs = await files.byUid(run.uid);
        expect(await run.streams()).toEqual(await theirs.streams());
        for (const stream of await run.streams()) {
          const [a, b] = [await run.table({ stream }), await theirs.table({ stream })];
          expect(String(a.toString())).toBe(String(b.toString()));
          tables += 1;
        }
        for (const { name, stream, image } of await run.fields()) {
          if (!image) continue;
          const [a, b] = [await run.images(name, { stream }).toArray(), await theirs.images(name, { stream }).toArray()];
          expect(a.map(({ shape, data }) => [shape, data])).toEqual(b.map(({ shape, data }) => [shape, data]));
          images += a.length;
        }
      }
      await files.close();
      console.log(`golden Mongo runs: ${tables} tables, ${images} images`);
    });
  });
}
