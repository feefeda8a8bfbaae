import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { resolveAccess } from "../src/credentials/resolve.js";
import { connect } from "../src/index.js";
import { startServer } from "../src/testing/index.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folder = resolve(root, process.env.SONDE_REFERENCE ?? "../shared/data", "btrdb/fixtures");
const text = (name: string) => readFileSync(resolve(folder, name), "utf8");

test(`the reference data is in ${folder}`, () => {
  expect(existsSync(folder), "the reference data is absent: set SONDE_REFERENCE to its folder").toBe(true);
});

type Points = readonly (readonly [time: string, value: number])[];
type Windows = { readonly [stream: string]: readonly (readonly [string, number, number, number, number, number])[] };
type Merged = { readonly time: readonly string[] } & { readonly [stream: string]: readonly (number | string | null)[] };

describe.each([{ arrow: false }, { arrow: true }])("with Arrow calls: $arrow", async ({ arrow }) => {
  const server = await startServer({ arrow, bufferLimit: 0 });
  const db = await connect(server.endpoint);
  afterAll(async () => {
    await db.close();
    await server.close();
  });
  const make = (collection: string, name: string, times: readonly string[], values: readonly number[]) => {
    const uuid = server.create({ collection, name });
    server.insert(uuid, { times: BigInt64Array.from(times, BigInt), values: Float64Array.from(values) });
    return uuid;
  };

  test("joins the four streams of the transformers as Python does, CSV included", async () => {
    const fixture: { names: string[]; values: Points[]; rows: [string, ...(number | null)[]][] } = JSON.parse(text("transformers.json"));
    const uuids = fixture.values.map((points, index) => {
      const [collection = "", name = ""] = fixture.names[index]?.split("/") ?? [];
      return make(
        collection,
        name,
        points.map(([time]) => time),
        points.map(([, value]) => value),
      );
    });
    const set = await db.streams(uuids);
    expect((await set.values()).map((points) => points.map(({ time, value }) => [String(time), value]))).toEqual(fixture.values);
    const rows = (await set.toObjects()).map((row) => [String(row.time), ...fixture.names.map((name) => row[name])]);
    expect(rows).toEqual(fixture.rows);
    const cells = (csv: string) =>
      csv
        .trim()
        .split(/\r?\n/)
        .map((line) => line.split(",").map((cell) => cell.replace(/\.0$/, "")));
    expect(cells(await set.toCsv())).toEqual(cells(text("transformers_raw.csv")));
  });

  test("gives the windows and unions of the stream sets", async () => {
    const fixture: { streams: { [name: string]: [string[], number[]] } } & { [name: string]: Windows | Merged } = JSON.parse(
      text("streamset.json"),
    );
    const names = ["s1", "s2", "s3"];
    const set = await db.streams(names.map((name) => make("integration", name, ...(fixture.streams[name] ?? [[], []]))));
    const stats = async (windows: ReturnType<typeof set.windows>) =>
      Object.fromEntries(
        (await windows.values()).map((points, index) => [
          names[index],
          points.map(({ time, min, mean, max, count, stddev }) => [String(time), min, mean, max, count, stddev]),
        ]),
      );
    const bounded = set.filter({ start: 100n, end: 121n });
    // The fixture names each case by its question.
    const of = (begin: string) => Object.entries(fixture).find(([name]) => name.startsWith(begin))?.[1] as Windows;
    const close = (got: Windows, wanted: Windows) => {
      for (const name of names) {
        expect(got[name]?.length).toBe(wanted[name]?.length);
        for (const [row, cells] of (wanted[name] ?? []).entries()) {
          expect(got[name]?.[row]?.[0]).toBe(cells[0]);
          for (let cell = 1; cell < 6; cell++) expect(got[name]?.[row]?.[cell]).toBeCloseTo(Number(cells[cell]), 12);
        }
      }
    };
    close(await stats(bounded.windows({ width: 10n })), of("windows start=100"));
    close(await stats(bounded.alignedWindows({ pointWidth: 3 })), of("aligned start=100 end=121"));
    const union = of("raw start=100") as unknown as Merged;
    const rows = await bounded.filter({ name: /s[12]/ }).toObjects();
    expect(rows.map((row) => String(row.time))).toEqual(union.time);
    for (const name of ["s1", "s2"]) expect(rows.map((row) => row[`integration/${name}`])).toEqual(union[name]);
  });
});

test("reads the profiles of the credentials file", async () => {
  const credentialsFile = resolve(folder, "credentials.yaml");
  const access = async (profile?: string) => {
    const { endpoints, apiKey } = await resolveAccess({ credentialsFile, profile }, {});
    return [endpoints[0]?.target, endpoints[0]?.tls, apiKey];
  };
  expect(await access()).toEqual(["btrdb.example.com:4411", true, "00000000000000000000000000000002"]);
  expect(await access("research")).toEqual(["research.example.com:4411", true, "00000000000000000000000000000001"]);
});
