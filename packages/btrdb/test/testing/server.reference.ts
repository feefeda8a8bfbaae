import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { fromIPC } from "@sonde/core";
import { cellOf, chunksOf } from "@sonde/core/connector";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../src/testing/index.js";
import { uuidBytes } from "../../src/testing/method.js";
import { readInsert, writeInsert } from "../../src/wire/insert.js";
import { readRawValues, writeRawValues } from "../../src/wire/raw-points.js";
import { readStatValues, writeStatValues } from "../../src/wire/stat-points.js";
import { agreed, damageAll, type MessageKind } from "../wire/agreement.js";
import { type RawClient, rawClient } from "./client.js";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const folder = resolve(root, process.env.SONDE_REFERENCE ?? "../shared/data", "btrdb/fixtures");
const json = (name: string) => JSON.parse(readFileSync(resolve(folder, name), "utf8"));

test(`the fixtures are in ${folder}`, () => {
  expect(existsSync(folder), "the reference data is absent: set SONDE_REFERENCE to its folder").toBe(true);
});

let server: RunningServer;
let client: RawClient;
beforeAll(async () => {
  server = await startServer();
  client = rawClient(server.endpoint);
});
afterAll(async () => {
  client.close();
  await server.close();
});

type Pair = readonly [string, number];
let made = 0;
function stream(points: readonly Pair[], merge?: "never" | "equal" | "retain" | "replace"): Uint8Array {
  const uuid = server.create({ collection: "fixtures", name: String(made++) });
  const times = BigInt64Array.from(points, ([time]) => BigInt(time));
  server.insert(uuid, { times, values: Float64Array.from(points, ([, value]) => value) }, merge);
  return uuidBytes(uuid);
}
const columnsOf = ([times, values]: readonly [readonly string[], readonly number[]]): Pair[] => times.map((time, k) => [time, values[k]!]);
type Rows = readonly (readonly [string, ...number[]])[];

async function windowRows(name: "windows" | "alignedWindows", request: object): Promise<unknown[]> {
  const replies = await client.all(name, request);
  return replies.flatMap(({ values }) => values.map((of) => [String(of.time), of.min, of.mean, of.max, Number(of.count), of.stddev]));
}
async function table(uuid: readonly Uint8Array[], start: bigint, end: bigint, snapPeriodNs = 0n): Promise<unknown[][]> {
  const replies = await client.all("arrowMultiValues", { uuid: [...uuid], versionMajor: uuid.map(() => 0n), start, end, snapPeriodNs });
  const decoded = fromIPC(replies[0]!.arrowBytes);
  return decoded.schema.fields.map(({ name }) =>
    chunksOf(decoded, name).flatMap((data) => Array.from({ length: data.length }, (_, row) => cellOf(data, row))),
  );
}
const numbers = (cells: readonly (number | string | null)[]): number[] =>
  cells.map((cell) => (typeof cell === "number" ? cell : Number.NaN));

describe("the fixtures of the genuine client and server", () => {
  test("the messages that the genuine code wrote are read, written and refused alike", () => {
    const { vectors } = json("wire-vectors.json") as { vectors: { [name: string]: { hex: string } } };
    const bytes = (name: string) => Uint8Array.from(Buffer.from(vectors[name]!.hex, "hex"));
    const raw = bytes("RawValuesResponse zeros+nan+neg");
    expect(writeRawValues(readRawValues(raw))).toEqual(raw);
    const windows = bytes("WindowsResponse");
    expect(writeStatValues(readStatValues(windows))).toEqual(windows);
    for (const name of ["InsertParams replace", "InsertParams rounding"]) expect(writeInsert(readInsert(bytes(name)))).toEqual(bytes(name));
    expect(readRawValues(bytes("error status")).status).toEqual({ code: 404, message: "stream does not exist" });
    const total = { read: 0, refused: 0 };
    // Every message in every reader, also those that are not meant for it.
    for (const name of Object.keys(vectors)) {
      for (const kind of ["raw", "stat", "insert"] satisfies MessageKind[]) {
        agreed(kind, bytes(name));
        const { read, refused } = damageAll(kind, bytes(name));
        total.read += read;
        total.refused += refused;
      }
    }
    console.log(`${Object.keys(vectors).length} messages: both read ${total.read}, both refused ${total.refused}`);
  });

  test("nearest points and versions", async () => {
    const { points, nearest } = json("nearest-versions.json") as {
      points: Pair[];
      nearest: { time: string; backward: boolean; value?: number; code?: number }[];
    };
    const uuid = stream(points);
    for (const { time, backward, value, code } of nearest) {
      const reply = await client.one("nearest", { uuid, time: BigInt(time), backward });
      expect([reply.value?.value, reply.stat?.code], `${time} ${backward}`).toEqual([value, code]);
    }
    const fresh = stream([["100", 100]]);
    const read = () => client.all("rawValues", { uuid: fresh, start: 0n, end: 200n });
    expect((await read())[0]).toMatchObject({ versionMajor: 10n, versionMinor: 1n, values: [{ time: 100n, value: 100 }] });
    await client.one("flush", { uuid: fresh });
    expect((await read())[0]).toMatchObject({ versionMajor: 11n, versionMinor: 0n, values: [{ time: 100n, value: 100 }] });
  });

  test("stream sets: union, windows, merge policies, snapping, windows without points", async () => {
    const cases = json("streamset.json");
    const data: { [name: string]: readonly [string[], number[]] } = cases.streams;
    const names = ["s1", "s2", "s3"];
    const uuids = names.map((name) => stream(columnsOf(data[name]!)));
    const union = cases["raw start=100 end=121 union of s1,s2"];
    const [times, ...columns] = await table(uuids.slice(0, 2), 100n, 121n);
    expect(times!.map(String)).toEqual(union.time);
    expect(columns).toEqual([numbers(union.s1), numbers(union.s2)]);
    const windows: { [name: string]: Rows } =
      cases["windows start=100 end=121 width=10 (end -> 120, 2 windows) [time,min,mean,max,count,stddev]"];
    const aligned: { [name: string]: Rows } = cases["aligned start=100 end=121 pw=3 (start->96,end->120)"];
    for (const [k, name] of names.entries()) {
      const range = { uuid: uuids[k]!, start: 100n, end: 121n };
      expect(await windowRows("windows", { ...range, width: 10n }), name).toEqual(windows[name]);
      expect(await windowRows("alignedWindows", { ...range, pointWidth: 3 }), name).toEqual(aligned[name]);
    }
    const late = ["101", "106", "110", "132", "140"];
    const longer: { [name: string]: Rows } = cases["aligned start=100 end=141 pw=3 (start->96,end->136), s2/s3 times 101,106,110,132,140"];
    for (const [k, name] of names.entries()) {
      const uuid = k === 0 ? uuids[0]! : stream(columnsOf([late, data[name]![1]]));
      expect(await windowRows("alignedWindows", { uuid, start: 100n, end: 141n, pointWidth: 3 }), name).toEqual(longer[name]);
    }

    const batch: Pair[] = ["100", "105", "110", "110", "120"].map((time, k) => [time, k]);
    for (const [merge, kept] of [
      ["never", [0, 1, 2, 3, 4]],
      ["equal", [0, 1, 2, 3, 4]],
      ["retain", [0, 1, 2, 4]],
      ["replace", [0, 1, 3, 4]],
    ] as const) {
      const [reply] = await client.all("rawValues", { uuid: stream(batch, merge), start: 0n, end: 1000n });
      expect(
        reply!.values.map(({ value }) => value),
        merge,
      ).toEqual(kept);
    }

    const snap = cases["timesnap 1 Hz, start=1e9 end=3e9"];
    const inputs = names.map((name) => stream(snap.input[name]));
    const [grid, ...snapped] = await table(inputs, 1_000_000_000n, 3_000_000_000n, 1_000_000_000n);
    expect(grid!.map(String)).toEqual(snap.time);
    expect(snapped).toEqual(names.map((name) => numbers(snap[name])));
    const forward = cases["timesnap 1 Hz restricts forward, start=1e9, end=3.0e9 or 2.9e9"];
    for (const end of [3_000_000_000n, 2_900_000_000n]) {
      const [slots, values] = await table([stream(forward.input)], 1_000_000_000n, end, 1_000_000_000n);
      expect([slots!.map(String), values]).toEqual([forward.time, forward.value]);
    }

    const pull: Rows = cases["v4 Windows(0,10,1) after inserting (1,1000),(2,1500),(3,2000) and flush; version 11 (btrdb-server PR #61)"];
    const uuid = stream([
      ["1", 1000],
      ["2", 1500],
      ["3", 2000],
    ]);
    expect((await client.one("flush", { uuid })).versionMajor).toBe(11n);
    const rows = await windowRows("windows", { uuid, start: 0n, end: 10n, width: 1n });
    expect((rows as number[][]).map((row) => row.slice(0, 5))).toEqual(pull);
  });

  test("the streams of the transformers, raw and joined", async () => {
    const { values } = json("transformers.json") as { values: Pair[][] };
    const uuids = values.map((points) => stream(points));
    for (const [k, points] of values.entries()) {
      const replies = await client.all("rawValues", {
        uuid: uuids[k]!,
        start: 1_500_000_000_000_000_000n,
        end: 1_500_000_001_000_000_000n,
      });
      expect(replies.flatMap((reply) => reply.values.map(({ time, value }) => [String(time), value]))).toEqual(points);
    }
    const [times] = await table(uuids, 1_500_000_000_000_000_000n, 1_500_000_001_000_000_000n);
    expect(times!.length).toBe(10);
  });
});
