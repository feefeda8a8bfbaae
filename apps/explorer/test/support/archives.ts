import { fileURLToPath } from "node:url";
import { btrdb } from "@sonde/btrdb";
import { startServer as startBtrdb } from "@sonde/btrdb/testing";
import { clRecordings } from "@sonde/cl-recordings";
import { sampleRecording } from "@sonde/cl-recordings/testing";
import { openConnector } from "@sonde/core";
import { serve } from "@sonde/server/node";
import { lab, newLab } from "./lab.js";

export const gridStart = 1_500_000_000_000_000_000n;
/** 10^9 points at 120 Hz: 96 days. */
const points = 1_000_000_000;

/** The page's server over a recording, a grid of 10^9 points that are computed where they are asked for, and a lab. */
export async function startArchives() {
  const state = newLab();
  const grid = await startBtrdb();
  const clock = { origin: gridStart, ticks: 120n, per: 1_000_000_000n };
  for (const [index, name] of ["C1ANG", "C1MAG"].entries()) {
    grid.createFunction({
      uuid: `07d28a44-4991-492d-b9c5-2d8cec5aa6d${index}`,
      collection: "USEAST_NOC1/90807",
      name,
      unit: index === 0 ? "deg" : "V",
      clock,
      count: points,
      repeats: 120 * 3600,
      value: (point) =>
        index === 0 ? 30 * Math.sin((2 * Math.PI * point) / (120 * 3600)) : 240 + Math.sin(point / 999) + ((point * 7919) % 1000) / 500,
    });
  }
  const recording = await sampleRecording({ duration: "2s" });
  const opened = {
    grid: await openConnector(btrdb, { endpoint: grid.endpoint }),
    recording: await openConnector(clRecordings, { path: recording }),
    lab: await openConnector(lab, state),
  };
  const server = await serve({ sources: opened, assets: fileURLToPath(new URL("../../dist", import.meta.url)) });
  return {
    server,
    grid,
    sources: opened,
    state,
    recording,
    async close() {
      await server.close();
      for (const source of Object.values(opened)) await source.close();
      await grid.close();
    },
  };
}
export type RunningArchives = Awaited<ReturnType<typeof startArchives>>;
