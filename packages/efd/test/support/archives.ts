import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fs, type ObjectStore } from "@sonde/object-store";
import { makeExampleArchive } from "../../src/testing/index.js";
import { writeTopic } from "../../src/write/write.js";

/** Topics whose windows are known: 2020-08-07, from 22:30 on for two hours, thirty seconds late. */
export const start = 1_596_839_400_000_000_000n;
export const second = 1_000_000_000n;
export const topic = "example-000-aggregated";
export const rows = 7200;

export async function fillExample(store: ObjectStore): Promise<void> {
  await makeExampleArchive(store, { topics: 1, fields: 2, frequency: 4, start, span: "2h", lateness: "30s", rotateInterval: "5m" });
}

/** A raw topic with what hostile names there are. */
export const hostileTopic = "__proto__";
export async function fillHostile(store: ObjectStore): Promise<void> {
  const values = Array.from({ length: 40 }, (_, row) => ({
    time: start + BigInt(row) * second,
    constructor: row,
    ...JSON.parse(`{"__proto__": ${row / 8}}`),
  }));
  await writeTopic(store, values, { topic: hostileTopic, longs: [] });
}

/** The example with one file cut short; resolves with its key and how many rows the others have. */
export async function fillDamaged(store: ObjectStore, cut = 0.4): Promise<{ readonly key: string; readonly rows: number }> {
  await fillExample(store);
  const keys: string[] = [];
  for await (const { key } of store.list({ prefix: `topics/${topic}/` })) keys.push(key);
  const key = keys[7] ?? "";
  const { bytes } = await store.get(key);
  await store.put(key, bytes.slice(0, Math.floor(bytes.length * cut)));
  return { key, rows: rows - 300 };
}

export async function folder(fill: (store: ObjectStore) => Promise<unknown>): Promise<string> {
  const path = await emptyFolder();
  await fill(fs(path));
  return path;
}

/** A new folder of the system's, which clears it. */
export function emptyFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "sonde-efd-"));
}

/** Writes windows behind those that the example has; resolves with their number. */
export async function appendWindows(store: ObjectStore, offset: number, windows = 3): Promise<number> {
  const values = Array.from({ length: windows }, (_, row) => ({
    time: start + BigInt(rows + offset + row) * second + second / 2n,
    window_size: 1,
    count: 4n,
    ...Object.fromEntries(
      ["value0", "value1"].flatMap((field) => ["min", "mean", "median", "stdev", "max"].map((name) => [`${name}_${field}`, row])),
    ),
  }));
  await writeTopic(store, values, { topic, longs: ["count"], lateness: "30s", firstOffset: rows + offset });
  return windows;
}
