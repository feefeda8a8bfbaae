import { fs, type ObjectStore } from "@sonde/object-store";
import { expect, test } from "vitest";
import { openEfd } from "../src/index.js";
import { emptyFolder } from "./support/archives.js";
import { hourSeconds, keyOf, put } from "./support/files.js";

const write = (store: ObjectStore, hour: number, offset: number, seconds: readonly number[], partition = 0) =>
  put(store, keyOf(hour, offset, partition), {
    time: ["double", Float64Array.from(seconds, (second) => hourSeconds(hour) + second)],
    a: ["int", Int32Array.from(seconds)],
  });

async function take(
  follower: AsyncIterator<{ getChild(name: string): { toArray(): ArrayLike<number> } | null }>,
  rows: number,
): Promise<number[]> {
  const got: number[] = [];
  while (got.length < rows) {
    const next = await follower.next();
    if (next.done) break;
    got.push(...Array.from(next.value.getChild("a")?.toArray() ?? []));
  }
  return got;
}

test("follows new files, also late ones of an hour before, each once and sorted within", async () => {
  const path = await emptyFolder();
  const store = fs(path);
  await write(store, 10, 0, [0, 1]);
  await using archive = await openEfd({ path, pollInterval: "10ms" });
  const topic = await archive.topic("t");
  let polls = 0;
  const follower = topic.follow({ observe: ({ target }) => (polls += target.endsWith("/year=2") ? 1 : 0) });
  const pending = take(follower, 2);
  // What is there when it begins is not news: the second listing comes after the first.
  while (polls < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  await write(store, 11, 2, [3, 2]);
  expect(await pending).toEqual([2, 3]);
  // A partition that is slower, in the folder of the hour before.
  await write(store, 10, 0, [3000, -4000], 1);
  expect(await take(follower, 2)).toEqual([-4000, 3000]);
  await write(store, 11, 4, [4]);
  expect(await take(follower, 1)).toEqual([4]);
  await follower.return();
});

test("follows from an instant on, what is stored first", async () => {
  const path = await emptyFolder();
  const store = fs(path);
  await write(store, 10, 0, [0, 1, 2]);
  await write(store, 11, 3, [0, 1]);
  await using archive = await openEfd({ path, pollInterval: "10ms" });
  const follower = (await archive.topic("t")).follow({ from: BigInt(hourSeconds(10) + 2) * 1_000_000_000n, columns: ["a"] });
  expect(await take(follower, 3)).toEqual([2, 0, 1]);
  await write(store, 11, 5, [9]);
  expect(await take(follower, 1)).toEqual([9]);
  await follower.return();
});

test("gives the newest rows by the last folders alone, also where late rows lie in them", async () => {
  const path = await emptyFolder();
  const store = fs(path);
  for (const hour of [7, 8, 9, 10]) await write(store, hour, hour * 10, [1, 2, 3]);
  // Late rows of the hour before.
  await write(store, 10, 105, [-5, -4, -3]);
  await using archive = await openEfd({ path });
  const topic = await archive.topic("t");
  for (const rows of [0, 1, 3, 4, 6, 7, 15, 20]) {
    const all = await topic.read().rows().toArray();
    const got = await topic.newest(rows).rows().toArray();
    expect(got, String(rows)).toEqual(rows === 0 ? [] : all.slice(-rows));
  }
  const events: string[] = [];
  await topic.newest(3, { observe: ({ target }) => events.push(target) }).table();
  expect(events.filter((target) => target.includes("hour=07") && target.includes(".parquet"))).toEqual([]);
});
