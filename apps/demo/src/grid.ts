import { btrdb } from "@sonde/btrdb";
import { type RunningServer, startServer } from "@sonde/btrdb/testing";
import { toNanos } from "@sonde/core";
import type { DemoArchive } from "./archive.js";

const year = toNanos("2025-01-01");
const minute = 60_000_000_000n;
const minutes = 365 * 24 * 60;
/** The hour of a disturbance, kept at 120 Hz. */
const hour = { start: toNanos("2025-06-12T16:00Z"), rows: 3600 * 120 };

const streams = [
  { uuid: "07d28a44-4991-492d-b9c5-2d8cec5aa6d4", name: "L1MAG", unit: "V", nominal: 7_200, swing: 140 },
  { uuid: "1b4e28ba-2fa1-41d2-883f-0016d3cca427", name: "FREQ", unit: "Hz", nominal: 60, swing: 0.02 },
] as const;

/** A year of two phasors in a BTrDB that runs in this process: a value a minute, with an hour at 120 Hz inside. */
export const grid: DemoArchive = {
  name: "grid",
  title: "BTrDB: a year of a power grid's phasors",
  async open() {
    const server = await startServer({ bufferLimit: 0, insertLimit: 100_000 });
    fill(server);
    const source = await btrdb.open({ endpoint: server.endpoint });
    return {
      source,
      async [Symbol.asyncDispose]() {
        await source.close();
        await server.close();
      },
      async show() {
        const [voltage] = await source.client.streamsInCollection("USEAST_NOC1/90807");
        if (voltage === undefined) return;
        console.log(`${voltage.collection}/${voltage.name}: ${await voltage.count()} points, ${voltage.unit}`);

        console.log("\nThe year in twelve windows, by the store's own tree of statistics:");
        const stream = await source.stream(voltage.uuid);
        const window = { start: year, end: year + BigInt(minutes) * minute, width: 2n ** 51n };
        console.log(await stream.windows({ ...window, statistics: ["min", "mean", "max", "count"] }).table());

        console.log("\nThe disturbance, nanoseconds exact:");
        console.log(await stream.table({ start: hour.start + 1_800_000_000_000n, span: "25ms" }));

        console.log("\nThe point nearest to noon of the first day:");
        console.log(" ", await voltage.nearest("2025-01-01T12:00:10Z"));
      },
    };
  },
};

function fill(server: RunningServer): void {
  for (const { uuid, name, unit, nominal, swing } of streams) {
    server.create({ uuid, collection: "USEAST_NOC1/90807", name, unit, annotations: { phase: name.slice(0, 2) } });
    const before = Number((hour.start - year) / minute);
    const calm = (index: number) => nominal + swing * (Math.sin((2 * Math.PI * index) / 1440) + 0.3 * Math.sin(index * 1.7));
    const shaken = (row: number) =>
      calm(before + row / 7200) + 12 * swing * Math.exp(-Math.abs(row - 216_000) / 20_000) * Math.sin(row / 40);
    for (let from = 0; from < before; from += 50_000) insert(server, uuid, year, minute, from, Math.min(before, from + 50_000), calm);
    // 120 points a second are 8 333 333 and a third nanoseconds apart.
    for (let from = 0; from < hour.rows; from += 50_000) {
      const rows = Math.min(hour.rows, from + 50_000) - from;
      const times = BigInt64Array.from({ length: rows }, (_, row) => hour.start + (BigInt(from + row) * 1_000_000_000n) / 120n);
      server.insert(uuid, { times, values: Float64Array.from({ length: rows }, (_, row) => shaken(from + row)) });
    }
    for (let from = before + 60; from < minutes; from += 50_000)
      insert(server, uuid, year, minute, from, Math.min(minutes, from + 50_000), calm);
  }
}

function insert(
  server: RunningServer,
  uuid: string,
  start: bigint,
  step: bigint,
  from: number,
  to: number,
  value: (index: number) => number,
): void {
  const times = BigInt64Array.from({ length: to - from }, (_, row) => start + BigInt(from + row) * step);
  server.insert(uuid, { times, values: Float64Array.from({ length: to - from }, (_, row) => value(from + row)) });
}
