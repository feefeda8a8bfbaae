import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Answer, answerOf, type Expected, filesBelow, hasReference, json, reference } from "./support/reference.js";

const corpora = join(reference, "corpora");

/** Where we do not say what pyarrow 25 says, and why. */
const others = new Map([
  [
    "data/int96_from_spark.parquet",
    "pyarrow wraps a time past 2262; one of its times lies past 64 bits of microseconds too, so it is refused",
  ],
  ["data/large_string_map.brotli.parquet", "declares 2 GB in 4 kB; read once its limits are raised"],
  ["data/datapage_v1-corrupt-checksum.parquet", "pyarrow verifies checksums only when told"],
  ["data/rle-dict-uncompressed-corrupt-checksum.parquet", "pyarrow verifies checksums only when told"],
  ["data/incorrect_map_schema.parquet", "a map whose keys may be null: we read it as a list of pairs"],
]);

test.runIf(hasReference)("reads parquet-testing as pyarrow does, every value", { timeout: 120_000 }, async () => {
  const expected = json<Expected>("corpora/parquet-testing/EXPECTED.pyarrow25.json");
  const wrong: unknown[] = [];
  let [equal, refused, absent] = [0, 0, 0];
  for (const [name, truth] of Object.entries(expected)) {
    const short = name.slice("parquet-testing/".length);
    if (!existsSync(join(corpora, name))) {
      absent += 1;
      continue;
    }
    const answer = await answerOf(join(corpora, name), short);
    expect(answer.milliseconds).toBeLessThan(2000);
    if (others.has(short)) continue;
    if (truth.status === "throw" && answer.outcome !== "read") refused += 1;
    else if (truth.status === "ok" && answer.sha1 === truth.sha1) equal += 1;
    else
      wrong.push([
        short,
        truth.status,
        truth.rows,
        answer.outcome,
        answer.message,
        answer.rows,
        JSON.stringify(truth.head?.[0])?.slice(0, 300),
        JSON.stringify(answer.head[0])?.slice(0, 300),
      ]);
  }
  console.log(
    `parquet-testing: ${equal} equal, ${refused} refused as pyarrow does, ${others.size} otherwise for a reason, ${absent} not at hand`,
  );
  expect(wrong).toEqual([]);
});

test.runIf(hasReference)("answers where pyarrow and we differ as it is written here", async () => {
  const outcome = async (name: string) => (await answerOf(join(corpora, "parquet-testing/data", name), name)).outcome;
  expect(await outcome("int96_from_spark.parquet")).toBe("format");
  expect(await outcome("large_string_map.brotli.parquet")).toBe("limit");
  expect(await outcome("datapage_v1-corrupt-checksum.parquet")).toBe("format");
  expect(await outcome("rle-dict-uncompressed-corrupt-checksum.parquet")).toBe("format");
  expect(await outcome("incorrect_map_schema.parquet")).toBe("read");
});

test.runIf(hasReference)("answers or refuses what fuzzers found, in little time and memory", { timeout: 120_000 }, async () => {
  const answers: [string, Answer][] = [];
  for (const folder of ["arrow-testing/parquet", "hostile/parquet", "parquet-testing/bad_data"]) {
    for (const name of filesBelow(join(corpora, folder)).filter((file) => !file.endsWith(".md"))) {
      const before = process.memoryUsage().rss;
      const answer = await answerOf(join(corpora, folder, name), name);
      expect(answer.milliseconds, name).toBeLessThan(2000);
      expect(process.memoryUsage().rss - before, name).toBeLessThan(256 * 2 ** 20);
      answers.push([name, answer]);
    }
  }
  const counts = Object.fromEntries(
    ["read", "format", "limit", "unsupported"].map((kind) => [kind, answers.filter(([, { outcome }]) => outcome === kind).length]),
  );
  const slowest = Math.max(...answers.map(([, { milliseconds }]) => milliseconds));
  console.log(`hostile Parquet: ${answers.length} files, ${JSON.stringify(counts)}, the slowest ${slowest.toFixed(0)} ms`);
  const truths = Object.entries(json<Expected>("corpora/arrow-testing/EXPECTED.parquet-fuzz.pyarrow25.json"));
  const byName = new Map(truths.map(([path, truth]) => [path.split("/").at(-1), truth]));
  const differ = answers.flatMap(([name, answer]) => {
    const truth = byName.get(name.split("/").at(-1));
    if (truth === undefined || (truth.status === "ok") === (answer.outcome === "read")) return [];
    return [`${name}: pyarrow ${truth.status}, ours ${answer.outcome} ${answer.message}`];
  });
  console.log(`otherwise than pyarrow: ${differ.length === 0 ? "none" : differ.join("\n")}`);
  for (const [name, answer] of answers) {
    const truth = byName.get(name.split("/").at(-1));
    if (truth?.status === "ok" && answer.outcome === "read") expect(answer.sha1, name).toBe(truth.sha1);
  }
});

test("says when there is nothing to read", () => {
  if (!hasReference) console.log(`no reference data in ${reference}: set SONDE_REFERENCE to read it`);
});
