import { fs, type ObjectStore } from "@sonde/object-store";
import { expect, test } from "vitest";
import { openEfd } from "../src/index.js";
import { emptyFolder } from "./support/archives.js";
import { fileOfColumns, hourSeconds } from "./support/files.js";

/** A day of files, each of 4,000 rows, one every ten minutes. */
async function longTopic(): Promise<ObjectStore> {
  const store = fs(await emptyFolder());
  for (let index = 0; index < 144; index++) {
    const hour = Math.floor(index / 6);
    const began = hourSeconds(hour) + (index % 6) * 600;
    const columns = { time: Float64Array.from({ length: 4000 }, (_, row) => began + row * 0.15), a: new Float64Array(4000).fill(index) };
    const bytes = await fileOfColumns({ time: ["double", columns.time], a: ["double", columns.a] });
    const folder = `topics/t/year=2020/month=08/day=07/hour=${String(hour).padStart(2, "0")}`;
    await store.put(`${folder}/t+0+${String(index * 4000).padStart(10, "0")}.snappy.parquet`, bytes);
  }
  return store;
}

test("asks for little more than is pulled, and for nothing while nobody pulls", async () => {
  const store = await longTopic();
  await using archive = await openEfd({ store });
  const topic = await archive.topic("t");
  await topic.describe();
  let requests = 0;
  const observe = ({ target }: { readonly target: string }) => {
    if (target.includes(".parquet")) requests++;
  };
  const rows = topic.read({ observe })[Symbol.asyncIterator]();
  const first = await rows.next();
  expect(first.value?.numRows).toBeGreaterThan(50_000);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const paused = requests;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(requests).toBe(paused);
  // A batch of 64 Ki rows is 17 files; those of an hour of lateness and those on their way come before they are needed.
  expect(paused).toBeLessThan(17 + 12 + 2 * 24 + 6);
  let all = first.value?.numRows ?? 0;
  for (let next = await rows.next(); !next.done; next = await rows.next()) all += next.value.numRows;
  expect(all).toBe(144 * 4000);
});
