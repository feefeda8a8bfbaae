import { createHash } from "node:crypto";
import { appendFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { filePathOf } from "../src/export/file-name.js";
import { exportedSchema, planSchema } from "../src/schema.js";
import { sonde, workspace } from "./support/command.js";

const place = workspace();
const files = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

describe("sonde export", () => {
  test("writes a file a stream, with checksums of what is there", async () => {
    const out = join(place.folder, "flat");
    const ran = await sonde([
      "export",
      `${place.archive}:numbers`,
      `${place.archive}:data/notes`,
      `${place.archive}:empty`,
      "-o",
      out,
      "--format",
      "csv",
      "--json",
    ]);
    expect(ran.code).toBe(0);
    const told = ran.out
      .trim()
      .split("\n")
      .map((line) => exportedSchema.parse(JSON.parse(line)));
    expect(await files(out)).toEqual(["SHA256SUMS", "data/notes.csv", "empty.csv", "numbers.csv", "sonde-export.ndjson"]);
    expect((await readFile(join(out, "numbers.csv"), "utf8")).split("\n")).toHaveLength(1002);
    expect(await readFile(join(out, "empty.csv"), "utf8")).toBe("time,value,count,note\n");
    const sums = await readFile(join(out, "SHA256SUMS"), "utf8");
    for (const { file, sha256 } of told) {
      expect(
        createHash("sha256")
          .update(await readFile(join(out, file)))
          .digest("hex"),
      ).toBe(sha256);
      expect(sums).toContain(`${sha256}  ${file}\n`);
    }
  });

  test("takes the streams below a prefix, leaves no half file at Ctrl-C, and refuses to mix in another question", async () => {
    const out = join(place.folder, "again");
    const args = ["export", `${place.archive}:data/`, `${place.archive}:stalling`, "-o", out, "--format", "arrow"];
    expect((await sonde(args, { signal: AbortSignal.timeout(1500) })).code).toBe(130);
    expect(await files(out)).toEqual(["data/notes.arrow", "data/torn.arrow", "sonde-export.ndjson"]);
    expect(await sonde([...args, "--end", "2021-01-01"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("is of an export with other options"),
    });
  });

  test("keeps what is whole where a stream is damaged, and ends with its code", async () => {
    const out = join(place.folder, "damaged");
    const args = ["export", `${place.archive}:numbers`, `${place.archive}:damaged`, "-o", out, "--format", "csv"];
    const ran = await sonde(args);
    expect(ran.code).toBe(6);
    expect(ran.err).toContain("damaged: block 2 of 'damaged' fails its checksum");
    expect(await files(out)).toEqual(["numbers.csv", "sonde-export.ndjson"]);
    const again = await sonde(args);
    expect(again.err).toContain("1 stream is there already");
  });

  test("writes the hive layout, nanoseconds in their hour, and takes it up where a run stopped", async () => {
    const out = join(place.folder, "hive");
    const args = ["export", `${place.archive}:slow/../hours`, "-o", out, "--layout", "hive", "--format", "csv"];
    expect(await sonde(args)).toMatchObject({ code: 0 });
    const folder = "stream=slow%2F..%2Fhours/year=2020/month=09/day=13";
    const written = ["12", "13", "14", "15"].map((hour) => `${folder}/hour=${hour}/part-0.csv`);
    expect(await files(out)).toEqual(["SHA256SUMS", "sonde-export.ndjson", ...written]);
    const text = async (name = "") => readFile(join(out, name), "utf8");
    const before = await Promise.all(written.map(text));
    expect(before.join("").match(/00000001Z/g)).toHaveLength(18);
    // As if killed in the third hour: its line is cut short, its file half written.
    const lines = (await text("sonde-export.ndjson")).split("\n");
    await writeFile(join(out, "sonde-export.ndjson"), `${lines.slice(0, 3).join("\n")}\n${lines[3]?.slice(0, 20)}`);
    await rm(join(out, written[2] ?? ""));
    await rm(join(out, written[3] ?? ""));
    await appendFile(join(out, `${written[2]}.partial`), "half");
    await writeFile(join(out, written[0] ?? ""), before[0]?.replace(/^time/, "TIME") ?? "");
    expect(await sonde(args)).toMatchObject({ code: 0 });
    expect(await Promise.all(written.slice(1).map(text))).toEqual(before.slice(1));
    // What was whole was not written again.
    expect(await text(written[0])).toMatch(/^TIME/);
    expect((await files(out)).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });

  test("cuts windows at hours too, none twice after a resumed run", async () => {
    const out = join(place.folder, "windows");
    const args = [
      "export",
      `${place.archive}:slow/../hours`,
      "-o",
      out,
      "--layout",
      "hive",
      "--format",
      "csv",
      "--every",
      "7m",
      "--columns",
      "value",
    ];
    expect(await sonde(args)).toMatchObject({ code: 0 });
    const all = async () =>
      Promise.all((await files(out)).filter((name) => name.endsWith(".csv")).map((name) => readFile(join(out, name), "utf8")));
    const before = await all();
    const manifest = join(out, "sonde-export.ndjson");
    await writeFile(manifest, `${(await readFile(manifest, "utf8")).split("\n").slice(0, 3).join("\n")}\n`);
    expect(await sonde(args)).toMatchObject({ code: 0 });
    expect(await all()).toEqual(before);
  });

  test("tells a plan of each stream and writes nothing", async () => {
    const out = join(place.folder, "plan");
    const ran = await sonde(["export", `${place.archive}:numbers`, `${place.archive}:empty`, "-o", out, "--dry-run", "--json"]);
    expect(ran.code).toBe(0);
    const plans = ran.out
      .trim()
      .split("\n")
      .map((line) => planSchema.parse(JSON.parse(line)));
    expect(plans.map(({ stream, rows }) => [stream, rows])).toEqual([
      ["numbers", 1000],
      ["empty", 0],
    ]);
    await expect(readdir(out)).rejects.toThrow();
  });

  test("gives every id a path of its own below the folder", () => {
    const id = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("..", "../..", "/etc/passwd", "C:\\x", "a/../b", "con", "NUL.txt", "a.", ".", "", "a//b", "%2E"),
    );
    const runs = 5000;
    const paths = new Map<string, string>();
    fc.assert(
      fc.property(id, (text) => {
        const path = filePathOf(text);
        expect(path).toMatch(/^[\w.%/-]+$/);
        for (const part of path.split("/")) {
          expect(part).not.toMatch(/^\.|\.$|^$/);
          expect(part).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
        }
        expect(paths.get(path) ?? text).toBe(text);
        paths.set(path, text);
      }),
      { numRuns: runs },
    );
    console.log(`${runs} ids`);
  });
});
