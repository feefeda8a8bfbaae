import { fs } from "@sonde/object-store";
import {
  badPackage,
  type Device,
  type DeviceOptions,
  imagePackage,
  type MetricRow,
  memoryMetrics,
  scalarsPackage,
  seriesPackage,
  startDevice,
  textPackage,
  typedPackage,
} from "../../src/testing/index.js";

/** 2023-02-13T13:49:53.326Z */
export const origin = 1_676_296_193_326n;
export const second = 1000n;
export const packages = 12;
export const samples = 1000;
export const ids = Array.from({ length: packages }, (_, k) => origin + BigInt(k) * second);

export const metricRows: { readonly [topic: string]: readonly MetricRow[] } = {
  "energy-distr-1": ids.map((id, k) => ({
    time: id * 1_000_000n,
    fields: { d1: 0.75 + k, d2: 1.5, d3: 2.25 * k, count: BigInt(k), status: 0n },
  })),
  "acc-5": ids.map((id) => ({ time: id * 1_000_000n, fields: { status: 0n } })),
};

type Put = (topic: string, id: bigint, bytes: Uint8Array) => void;

/** A topic of each kind, a dozen packages each. */
export function fill(put: Put): void {
  for (const [k, id] of ids.entries()) {
    put("acc-5", id, seriesPackage(id, { size: samples, sample: (index) => Math.sin((k * samples + index) / 50) }));
    put(
      "camera",
      id,
      imagePackage(id, { width: 40, height: 24, pixel: (channel, row, column) => ((row + column + channel * 8 + k) % 32) / 32 }),
    );
    put("opcua", id, scalarsPackage(id, { temperature: 20 + k, pressure: 1000 - k }, k === 3 ? ["pressure"] : []));
    put("typed", id, typedPackage(id, { ok: k % 2 === 0, count: BigInt(k), name: `part ${k}`, none: null }));
    put("notes", id, textPackage(id, `{"score":${k}}`, "text/json"));
    if (k % 4 !== 1) put("flaky", id, seriesPackage(id, { size: 100, milliseconds: 900n, steps: 2, sample: (index) => index }));
    else put("flaky", id, badPackage(id));
  }
}

export async function startPlant(options: DeviceOptions = {}): Promise<Device> {
  const device = await startDevice({ metrics: memoryMetrics(metricRows), ...options });
  fill(device.put);
  return device;
}

export async function writePlant(folder: string): Promise<void> {
  const store = fs(folder);
  const writes: Promise<unknown>[] = [];
  fill((topic, id, bytes) => writes.push(store.put(`${topic}/${id}.dp`, bytes)));
  await Promise.all(writes);
}
