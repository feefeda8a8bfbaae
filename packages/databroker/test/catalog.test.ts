import { readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { DocumentPair } from "../src/event-model/documents.js";
import { encodeRun, exportPack, memoryCatalog, openCatalog, type RunCatalog, runsTable } from "../src/index.js";
import { sampleImages, sampleScan } from "../src/testing/index.js";
import { fileOf, temporaryFolder, writeRuns } from "./support/folder.js";

const signal = new AbortController().signal;
const days = Array.from({ length: 6 }, (_, day) =>
  sampleScan(2, {
    seed: day + 1,
    time: 1_700_000_000 + day * 86_400,
    metadata: { scan_id: (day % 3) + 1, day, sample: { name: day % 2 ? "Ni" : "Si rocking curve" } },
  }),
);
const uidsOf = async (runs: AsyncIterable<{ readonly uid: string }>) => {
  const uids: string[] = [];
  for await (const { uid } of runs) uids.push(uid.slice(0, 8));
  return uids;
};

async function catalogs(): Promise<readonly [string, RunCatalog][]> {
  const folder = await temporaryFolder();
  await writeRuns(folder, days, "msgpack");
  const lines = await temporaryFolder();
  await writeRuns(lines, days, "jsonl");
  return [
    ["memory", memoryCatalog(days.flat())],
    ["msgpack", await openCatalog(folder)],
    ["jsonl", await openCatalog(lines)],
  ];
}

test("the same questions have the same answers from every store", async () => {
  for (const [name, catalog] of await catalogs()) {
    expect(await uidsOf(catalog), name).toEqual(["00000006", "00000005", "00000004", "00000003", "00000002", "00000001"]);
    expect((await catalog.run(-1)).start.day).toBe(5);
    expect((await catalog.run(2)).start.day).toBe(4);
    expect((await catalog.run("00000003")).start.day).toBe(2);
    await expect(catalog.run("0000000")).rejects.toMatchObject({ name: "AmbiguousUid", matches: { length: 6 } });
    await expect(catalog.run(-7)).rejects.toMatchObject({ name: "IndexOutOfRange", count: 6 });
    await expect(catalog.run(99)).rejects.toMatchObject({ name: "RunNotFound" });
    await expect(catalog.byUid("nope")).rejects.toMatchObject({ code: "not-found" });
    expect((await catalog.recent(2)).map(({ start }) => start.day)).toEqual([5, 4]);
    expect((await catalog.slice(-3, -1)).map(({ start }) => start.day)).toEqual([4, 3]);
    expect(await uidsOf(catalog.search({ since: "2023-11-17", until: "2023-11-19" }))).toEqual(["00000005", "00000004"]);
    expect(await uidsOf(catalog.search({ text: "ROCKING -ni" }))).toEqual(["00000005", "00000003", "00000001"]);
    expect(await uidsOf(catalog.search({ text: '"si rocking"' }).search({ where: { day: { $gt: 2 } } }))).toEqual(["00000005"]);
    expect(await catalog.search({ dataKey: "motor" }).count()).toBe(6);
    expect(await catalog.search({ dataKey: "nothing" }).count()).toBe(0);
    expect(await catalog.facets("sample.name")).toEqual([
      { value: "Ni", count: 3 },
      { value: "Si rocking curve", count: 3 },
    ]);
    expect((await catalog.keys()).find(({ value }) => value === "sample.name")?.count).toBe(6);
    await expect(catalog.search({ where: { day: 1 } }).run(-2)).rejects.toMatchObject({ name: "IndexOutOfRange", count: 1 });
    const all = await runsTable(await catalog.slice(-6), { columns: ["det", "day"] });
    expect(all.numRows).toBe(12);
    expect(all.schema.fields.map(({ name: column }) => column)).toEqual(["time", "run", "seq_num", "det", "day"]);
  }
});

test("queries that can't be read are refused when they are asked", async () => {
  const catalog = memoryCatalog(days.flat());
  expect(() => catalog.search({ since: "yesterday" })).toThrow(expect.objectContaining({ code: "options" }));
  expect(() => catalog.search({ since: "2024", until: "2023" })).toThrow(expect.objectContaining({ code: "options" }));
  expect(() => catalog.search({ since: "2024-03-31 02:30", timeZone: "Europe/Zurich" })).toThrow(
    expect.objectContaining({ code: "options" }),
  );
  expect(() => catalog.search({ where: { day: { $in: 5 } } })).toThrow(expect.objectContaining({ code: "options" }));
});

describe("a folder", () => {
  test("reads files again only where they changed, and names those that are no runs", async () => {
    const folder = await temporaryFolder();
    await writeRuns(folder, days, "msgpack");
    await writeFile(join(folder, "notes.json"), '{"not": "a run"}');
    await writeFile(join(folder, "new.msgpack"), "");
    const catalog = await openCatalog(folder);
    expect(await catalog.count()).toBe(6);
    expect(Object.keys(catalog.info.unreadable as object)).toEqual(["notes.json"]);
    const [name] = (await readdir(folder)).filter((file) => file.startsWith("00000001"));
    const path = join(folder, name!);
    const changed = sampleScan(2, { seed: 1, metadata: { day: 77 } });
    await writeFile(path, fileOf(changed, "msgpack").bytes);
    await utimes(path, 1, 1);
    expect(await catalog.search({ where: { day: 77 } }).count()).toBe(1);
  });

  test("gets the documents that are inserted, and other programs find them there", async () => {
    const folder = await temporaryFolder();
    const catalog = await openCatalog(folder);
    const documents = sampleScan(3);
    for (const [name, document] of documents) await catalog.insert(name, document as never);
    const again = await (await openCatalog(folder)).run(-1);
    expect(await again.documents().toArray()).toEqual(documents);
    await expect(catalog.insert("start", documents[0]![1] as never)).rejects.toMatchObject({ name: "EventModelValueError" });
    await expect(catalog.insert("event", { uid: "x" } as never)).rejects.toMatchObject({ name: "EventModelValidationError" });
  });

  test("goes on with a run that another program began", async () => {
    const folder = await temporaryFolder();
    const [stop, ...rest] = sampleScan(3).reverse();
    const begun = rest.reverse();
    await writeRuns(folder, [begun], "jsonl");
    const catalog = await openCatalog(folder);
    expect((await catalog.run(-1)).stop).toBeUndefined();
    await catalog.insert(stop![0], stop![1] as never);
    expect((await catalog.run(-1)).stop?.exit_status).toBe("success");
    expect(await readdir(folder)).toHaveLength(1);
  });
});

test("runs are exported as they are read, in each format and as a pack", async () => {
  const folder = await temporaryFolder();
  const sources = [...days.slice(0, 2), sampleImages(2, { seed: 40 })];
  const catalog = memoryCatalog(sources.flat() as DocumentPair[]);
  await exportPack(catalog, join(folder, "pack"));
  const pack = await openCatalog(join(folder, "pack"));
  expect(await pack.count()).toBe(3);
  for await (const run of catalog) {
    const wanted = await run.documents().toArray();
    expect(await (await pack.byUid(run.uid)).documents().toArray()).toEqual(wanted);
    for (const file of ["run.jsonl", "run.msgpack"]) {
      const path = join(folder, file);
      await run.export(path);
      expect(await (await (await openCatalog(path)).run(-1)).documents().toArray()).toEqual(wanted);
      const pieces: Uint8Array[] = [];
      for await (const piece of encodeRun(run, file === "run.jsonl" ? "jsonl" : "msgpack", { signal })) pieces.push(piece);
      expect(Buffer.concat(pieces).equals(await readFile(path))).toBe(true);
    }
  }
  expect(await readFile(join(folder, "pack/documents_manifest.txt"), "utf8")).toMatch(/^documents\/.*\.msgpack\n/);
});

test("the other dialects are told apart by their first bytes", async () => {
  const documents = sampleScan(2);
  const objects = documents.map(([name, doc]) => JSON.stringify({ name, doc }));
  const inputs = {
    lines: objects.join("\n"),
    list: `[\n${objects.join(",\n")}\n]`,
    "open list": `[\n${objects.slice(0, -1).join(",\n")},\n`,
  };
  for (const [name, text] of Object.entries(inputs)) {
    const run = await (await openCatalog([new TextEncoder().encode(text)])).run(-1);
    expect(await run.documents().toArray(), name).toEqual(name === "open list" ? documents.slice(0, -1) : documents);
    expect((await run.table()).numRows).toBe(2);
    expect(run.stop === undefined).toBe(name === "open list");
  }
});
